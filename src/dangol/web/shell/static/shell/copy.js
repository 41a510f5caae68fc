// A button that copies what stands in a field: <button data-copies="id" data-done="Copied">.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copies);
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); } // plain http has no clipboard
    button.textContent = button.dataset.done;
  });
}
