/** Sizes of the text, in percent. The web view has no zoom of its own, and everything on the page grows with its text. */
const sizes = [100, 125, 150, 175, 200];

/** The size of this window, for as long as it is open. */
export const textSize = $state({ percent: 100 });

export const larger = (): void => step(+1);
export const smaller = (): void => step(-1);
export const canGrow = (): boolean => textSize.percent < Math.max(...sizes);
export const canShrink = (): boolean => textSize.percent > Math.min(...sizes);

/** Ctrl or ⌘ with plus, minus and zero, as in a browser. */
export function byKey(event: KeyboardEvent): void {
  if (!event.ctrlKey && !event.metaKey) return;
  if (event.key === "+" || event.key === "=") step(+1);
  else if (event.key === "-") step(-1);
  else if (event.key === "0") textSize.percent = 100;
  else return;
  event.preventDefault();
}

function step(direction: 1 | -1): void {
  textSize.percent = sizes[sizes.indexOf(textSize.percent) + direction] ?? textSize.percent;
}
