import {describe, expect, test} from 'vitest';
import {themes, type Style, type Theme} from '../../components/theme/theme.ts';

/** Contrast of two colours: WCAG 2.2, 1.4.3, which asks 4.5 for text. */
function contrast(a: string, b: string): number {
	const luminance = (color: string) => {
		const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
			const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
			return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
	return (light + 0.05) / (dark + 0.05);
}

/** The grounds of usual terminals: plain, and the tinted ones of well-known schemes. */
const grounds = {light: ['#ffffff', '#fdf6e3', '#eff1f5'], dark: ['#000000', '#1e1e1e', '#282a36']};

describe.each(Object.entries(grounds))('on a %s ground', (name, colors) => {
	const theme: Theme = themes[name as 'light' | 'dark'];
	const texts = Object.entries<Style>(theme.tones).flatMap(([tone, {color}]) =>
		color === undefined || tone === 'border' ? [] : [[tone, color] as const],
	);

	test.each(texts)('%s %s can be read', (_, color) => {
		for (const ground of colors) expect(contrast(color, ground), ground).toBeGreaterThanOrEqual(4.5);
	});

	test('the selection can be read, and is told from its ground', () => {
		const {color = '', backgroundColor = ''} = theme.selection;
		expect(contrast(color, backgroundColor)).toBeGreaterThanOrEqual(7);
		for (const ground of colors) expect(contrast(backgroundColor, ground), ground).toBeGreaterThan(1.15);
	});

	test('a border is seen', () => {
		for (const ground of colors) expect(contrast(theme.tones.border.color ?? '', ground), ground).toBeGreaterThan(2);
	});
});
