import {describe, expect, test} from 'vitest';
import {problemText} from '../../src/plan/composition/check-composition.ts';
import {parseComposition} from '../../src/plan/composition/parse-composition.ts';
import {PackagesReader} from '../../src/repository/deb/packages-reader.ts';
import {parseRelations} from '../../src/repository/deb/relation.ts';

/*
 * Small inputs that once would, or elsewhere do, keep a program busy for minutes.
 */
const head = 'name: a-b\nstarter: php\n';

describe('a composition is refused, at once and with a place', () => {
	const nine = (text: string) => `[${Array.from({length: 9}, () => text).join(', ')}]`;
	const laughs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, place, names) =>
		place === 0 ? `${name}: &${name} ${nine('lol')}` : `${name}: &${name} ${nine(`*${names[place - 1]}`)}`,
	);
	const table: Readonly<Record<string, string>> = {
		'of a billion laughs': `${laughs.join('\n')}\nname: a-b\n`,
		'that holds itself': `${head}env: &e {A: *e}\n`,
		'nested ten thousand deep': `${head}packages: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`,
		'of ten thousand maps': `${head}config: ${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}\n`,
		'with twenty thousand unknown fields': `${head}${Array.from({length: 20_000}, (_, n) => `f${n}: 1`).join('\n')}\n`,
		'of two megabytes': `${head}description: ${'x'.repeat(2_000_000)}\n`,
		'with a tag that makes objects': `${head}description: !!js/function "function () { throw 1 }"\nx: 1\n`,
		'with the prototype as a field': `${head}__proto__: {variant: dev}\n`,
		'with an escape sequence in a key': `${head}"\\e]0;x\\a": 1\n`,
	};
	for (const [title, text] of Object.entries(table)) {
		test(title, () => {
			const started = performance.now();
			const parsed = parseComposition(text, {file: 'a.yaml'});
			expect(performance.now() - started).toBeLessThan(20_000);
			expect(parsed.kind).toBe('refused');
			if (parsed.kind !== 'refused') return;
			expect(parsed.problems.length).toBeGreaterThan(0);
			for (const problem of parsed.problems.slice(0, 10)) {
				expect(problemText(problem)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
			}
		});
	}
});

test('a relation of a hundred thousand spaces is refused at once', () => {
	const started = performance.now();
	expect(() => parseRelations(`libc6 (${' '.repeat(100_000)}`)).toThrow(/cannot be read/);
	expect(() => parseRelations(`libc6${' '.repeat(100_000)}x`)).toThrow(/cannot be read/);
	expect(performance.now() - started).toBeLessThan(5000);
});

test('a Packages file that is one paragraph without end is refused', () => {
	const reader = new PackagesReader(() => {});
	const piece = Buffer.from(`Depends: ${'x'.repeat(1 << 20)}\n`);
	expect(() => {
		for (let count = 0; count < 64; count++) reader.push(piece);
	}).toThrow(/paragraph of absurd size/);
});
