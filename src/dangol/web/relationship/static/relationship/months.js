// The slider of the months on the map: it stands for the select of the month, which works without this script.
const form = document.getElementById("months");
if (form) {
  const slider = form.querySelector(".slider");
  const { later: month, earlier: since } = form.elements;
  const follow = () => {
    slider.value = month.selectedIndex;
    slider.setAttribute("aria-valuetext", month.options[month.selectedIndex].text);
    since.disabled = !month.value; // today has no arrows
  };
  slider.addEventListener("input", () => {
    month.selectedIndex = Number(slider.value);
    follow();
  });
  month.addEventListener("change", follow);
  follow();
  slider.hidden = false;
}
