// Says which file was chosen, and shows where a dragged one may be dropped (the field itself takes it).
const drop = document.querySelector(".dropzone");
const field = drop.querySelector("input");
const chosen = drop.querySelector(".chosen");

field.addEventListener("change", () => {
  const [file] = field.files;
  if (!file) return;
  chosen.textContent = `${file.name} (${(file.size / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB)`;
  chosen.classList.add("is");
});
for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, () => drop.classList.add("over"));
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
