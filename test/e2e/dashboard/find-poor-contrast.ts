// As far as it is asked for; the libraries here have no page.
type Shown = { parentElement: Shown | null; tagName: string; childNodes: Iterable<{ nodeType: number; textContent: string | null }>; getClientRects(): { length: number } };
declare const document: { querySelectorAll(selector: string): Iterable<Shown> };
declare const getComputedStyle: (element: Shown) => { color: string; backgroundColor: string; fontSize: string; fontWeight: string };
declare const matchMedia: (query: string) => { matches: boolean };

/** Texts with less contrast to what is behind them than WCAG 2 AA asks for. Runs in a browser, so it knows nothing from outside. */
export function findPoorContrast(): string[] {
  const textNode = 3;
  const channels = (color: string) => (/^rgba?\(([^)]+)\)$/.exec(color)?.[1] ?? '').split(',').map(Number);
  const luminance = ([red = 0, green = 0, blue = 0]: number[]) => {
    const linear = (value: number) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const behind = (element: Shown): number[] => {
    for (let at: Shown | null = element; at !== null; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if ((color[3] ?? 1) === 1) return color;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  };
  const poor: string[] = [];
  let seen = 0;
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].filter(({ nodeType }) => nodeType === textNode).map(({ textContent }) => textContent?.trim() ?? '').join(' ').trim();
    if ((text === '' && element.tagName !== 'INPUT') || element.getClientRects().length === 0) continue;
    seen += 1;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const [one, other] = [luminance(channels(color)), luminance(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const sizePx = parseFloat(fontSize);
    const isLarge = sizePx >= 24 || (sizePx >= 18.66 && Number(fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) poor.push(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
  }
  return seen < 5 ? ['there is hardly any text'] : poor;
}
