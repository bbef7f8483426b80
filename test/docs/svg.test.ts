import {readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {packageRoot} from '../../src/base/package-root.ts';
import type {StyledCell} from '../support/terminal.ts';
import {drawSvg} from './svg.ts';

const plain = (text: string, look: Partial<StyledCell> = {}): readonly StyledCell[] =>
	Array.from(text, letter => ({
		text: letter,
		isBold: false,
		isDim: false,
		isInverse: false,
		isUnderlined: false,
		foreground: null,
		background: null,
		...look,
	}));

test('cells become text with their colours; what a package is called cannot break the picture', () => {
	const rows = [
		[...plain('a<b '), ...plain('&', {foreground: {kind: 'palette', value: 2}, isBold: true})],
		plain('sel', {isInverse: true}),
	];
	const svg = drawSvg({title: 'x "y"', rows});
	expect(svg).toContain('aria-label="x &quot;y&quot;"');
	expect(svg).toContain('<text x="16" y="29.3" textLength="25.2">a&lt;b</text>');
	expect(svg).toMatch(/fill="#8fce8f" font-weight="bold">&amp;<\/text>/u);
	expect(svg).toContain('<rect x="16" y="34" width="25.2" height="18" fill="#d6dbe3"/>');
	expect(svg).toContain('textLength="25.2" fill="#14181f">sel</text>');
});

test('borders are lines, one for all that goes on', () => {
	const svg = drawSvg({title: 'box', rows: [plain('╭──╮'), plain('│ab│')]});
	expect(svg).toContain('M24.4 16m0 9h16.8');
	expect(svg).toContain('>ab</text>');
	expect(svg).not.toMatch(/[╭─│╮]/u);
});

test('every picture that the README shows is there, small, and shown', async () => {
	const folder = join(packageRoot(), 'test/docs/pictures');
	const readme = await readFile(join(packageRoot(), 'README.md'), 'utf8');
	const shown = Array.from(readme.matchAll(/\(test\/docs\/pictures\/([a-z-]+\.svg)\)/gu), ([, name = '']) => name);
	expect(shown.length).toBeGreaterThan(3);
	expect(new Set(await readdir(folder))).toEqual(new Set(shown));
	for (const name of shown) expect((await stat(join(folder, name))).size, name).toBeLessThan(60_000);
});
