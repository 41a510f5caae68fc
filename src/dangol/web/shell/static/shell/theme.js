// Runs before the first paint: the theme somebody chose on this device, else the system's.
const chosenTheme = localStorage.getItem("dangol.theme");
if (chosenTheme === "light" || chosenTheme === "dark") document.documentElement.dataset.theme = chosenTheme;
