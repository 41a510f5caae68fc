// The slider of the map month by month: it stands for the select of the month, which works without this script.
const form = document.getElementById("months");
if (form) {
  const slider = form.querySelector(".slider");
  const month = form.elements.later;
  const follow = () => {
    slider.value = month.selectedIndex;
    slider.setAttribute("aria-valuetext", month.options[month.selectedIndex].text);
  };
  slider.addEventListener("input", () => {
    month.selectedIndex = Number(slider.value);
    follow();
  });
  month.addEventListener("change", follow);
  follow();
  slider.hidden = false;
}
