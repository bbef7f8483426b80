import {execFileSync, spawnSync} from 'node:child_process';
import {describe, expect, test} from 'vitest';
import {compareVersions, isVersion, satisfies, upstreamVersion} from '../../src/repository/deb/version.ts';
import {randomNumbers} from './random.ts';

/** deb-version(7) and the cases that implementations get wrong. */
const ascending: readonly (readonly [string, string])[] = [
	['1.0~rc1', '1.0'],
	['1.0~~', '1.0~'],
	['1.0~~a', '1.0~'],
	['1.0', '1.0a'],
	['1.0a', '1.0+'],
	['1.0+', '1.0.1'],
	['1.9', '1.10'],
	['1.0-1', '1.0-1.1'],
	['1.0-1~bpo12+1', '1.0-1'],
	['9:1', '10:0'],
	['2.0', '1:1.0'],
	['1.2.3', '1.2.3-1'],
	['1-2-3', '1-10-1'],
	['5.0A', '5.0a'],
	['8.4.11-1', '8.4.11-1+b1'],
	['99999999999999999998', '99999999999999999999'],
];

const equal: readonly (readonly [string, string])[] = [
	['1.0', '1.0'],
	['0:1.0', '1.0'],
	['1.0', '1.0-0'],
	['1.00', '1.0'],
	['1.0-0', '1.0-00'],
	['1.a01', '1.a1'],
];

describe('version order', () => {
	test.each(ascending)('%s is older than %s', (older, newer) => {
		expect(compareVersions(older, newer)).toBeLessThan(0);
		expect(compareVersions(newer, older)).toBeGreaterThan(0);
	});

	test.each(equal)('%s equals %s', (a, b) => {
		expect(compareVersions(a, b)).toBe(0);
		expect(compareVersions(b, a)).toBe(0);
	});

	const hasDpkg = spawnSync('dpkg', ['--version']).status === 0;
	test.skipIf(!hasDpkg)('agrees with dpkg on seeded random versions', () => {
		const random = randomNumbers(20_261);
		const pieces = ['0', '1', '2', '10', '007', 'a', 'b', 'Z', '~', '+', '.', '-', 'rc', 'deb13u', '~bpo', '1:', '0:'];
		const make = () => {
			let text = `${random(20)}`;
			for (let left = random(6); left > 0; left--) text += pieces[random(pieces.length)];
			return text;
		};
		const pairs: [string, string][] = [];
		while (pairs.length < 250) {
			const a = make();
			const b = random(3) === 0 ? a.replace(/\d/, digit => `0${digit}`) : make();
			if (isDpkgVersion(a) && isDpkgVersion(b)) pairs.push([a, b]);
		}
		const script =
			'while read -r a b; do dpkg --compare-versions "$a" lt "$b" && echo -1 && continue; dpkg --compare-versions "$a" eq "$b" && echo 0 || echo 1; done';
		const said = execFileSync('sh', ['-c', script], {
			input: `${pairs.map(pair => pair.join(' ')).join('\n')}\n`,
			encoding: 'utf8',
			// Warnings about upstream versions that begin with a letter.
			stdio: ['pipe', 'pipe', 'ignore'],
		});
		const ours = pairs.map(([a, b]) => Math.sign(compareVersions(a, b)));
		const theirs = said.trim().split('\n').map(Number);
		const differing = pairs.filter((_, index) => ours[index] !== theirs[index]);
		expect(theirs).toHaveLength(pairs.length);
		expect(differing).toEqual([]);
	});

	test('is a total order', () => {
		const random = randomNumbers(7);
		const alphabet = '019az~+.-';
		const versions = Array.from({length: 60}, () => {
			let text = '1';
			for (let left = random(5); left > 0; left--) text += alphabet[random(alphabet.length)];
			return text;
		});
		for (const a of versions)
			for (const b of versions) {
				expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
				for (const c of versions.slice(0, 12))
					if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
						expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
			}
	});
});

/** Versions that dpkg compares without complaint: it takes no colon in a revision either. */
function isDpkgVersion(text: string): boolean {
	return isVersion(text) && !/-[^-]*:/.test(text) && !/:-/.test(text);
}

test.each([
	['1.0', '>=', '1.0', true],
	['1.0', '>>', '1.0', false],
	['1.0', '<<', '1.0+b1', true],
	['1.0', '<=', '0.9', false],
	['1:0.1', '=', '1:0.1', true],
] as const)('%s %s %s is %s', (version, operator, wanted, expected) => {
	expect(satisfies(version, operator, wanted)).toBe(expected);
});

test.each(['', ' ', '1.0 ', 'a b', '1.0-', '-', ':1', '1:', '1/2', '1.0\u001b[0m', '1'.repeat(600)])(
	'%j is no version',
	text => {
		expect(isVersion(text)).toBe(false);
	},
);

test.each([
	['8.4.28-1~deb13u1', '8.4.28'],
	['1:9.20-1', '9.20'],
	['20240203', '20240203'],
	['2:1.2-3-4', '1.2-3'],
])('the upstream version of %s is %s', (version, upstream) => {
	expect(upstreamVersion(version)).toBe(upstream);
});
