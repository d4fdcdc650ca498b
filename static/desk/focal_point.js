// The focal point, picked on the picture by click or with the arrow keys. Without this the two number fields remain.
const picture = document.querySelector("img.desk-focal");
const fields = ["x", "y"].map((axis) => document.getElementById(`id_focal_${axis}`));

if (picture && fields.every(Boolean)) {
  const frame = document.createElement("span");
  const mark = document.createElement("button");
  const label = () => `${picture.dataset.label}: ${fields[0].value} %, ${fields[1].value} %`;
  frame.className = "desk-focal-frame";
  mark.className = "desk-focal-mark";
  mark.type = "button";
  picture.replaceWith(frame);
  frame.append(picture, mark);

  const within = (value) => Math.min(100, Math.max(0, Math.round(value)));
  const draw = () => {
    mark.style.left = `${within(fields[0].value)}%`;
    mark.style.top = `${within(fields[1].value)}%`;
    mark.setAttribute("aria-label", label());
    mark.title = label();
  };
  const move = (x, y) => {
    [x, y].forEach((value, axis) => {
      fields[axis].value = within(value);
      fields[axis].dispatchEvent(new Event("change", { bubbles: true }));
    });
    draw();
  };

  frame.addEventListener("click", (event) => {
    // A click by the keyboard has no place on the picture.
    if (!event.detail) return;
    const box = picture.getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100);
    mark.focus();
  });
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  mark.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    move(Number(fields[0].value) + step[0] * far, Number(fields[1].value) + step[1] * far);
  });
  fields.forEach((field) => field.addEventListener("input", draw));
  draw();
}
