import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {format, resolveConfig} from 'prettier';
import * as z from 'zod';
import {allowedDifferences} from './allowed-differences.ts';

/** STARTER:LINE+PACKAGE… of dev images: every starter, all suites, and what has many or strange maintainer scripts. */
export const compositions: readonly string[] = [
	'debian:13+tini',
	'debian:12',
	'debian:14',
	'static:13',
	'nginx:1.26',
	'nginx:1.22',
	'httpd:2.4',
	'haproxy:3.0',
	'varnish:7.7',
	'redis:8.0',
	'valkey:8.1',
	'memcached:1.6',
	'python:3.13',
	'python:3.13+python3-numpy+python3-pil',
	'ruby:3.3',
	'perl:5.40',
	'node:20',
	'go:1.24',
	'gcc:14',
	'php:8.4',
	'php:8.4+php8.4-curl+php8.4-mbstring+php8.4-xml+php8.4-intl+php8.4-gd+php8.4-zip+php8.4-mysql+php8.4-pgsql+php8.4-sqlite3+php8.4-bcmath',
	'java:21',
	'java:21+ca-certificates-java',
	'postgres:17',
	'postgres:17+postgresql-17-postgis-3',
	'mariadb:11.8',
	'rabbitmq:4.0',
	'debian:13+texlive-base',
	'debian:13+libgtk-3-0t64',
];

const comparisonSchema = z.object({
	composition: z.string(),
	packages: z.int(),
	/** Paths of our image. */
	paths: z.int(),
	/** Paths that differ as allowed-differences.ts has it. */
	allowed: z.int(),
	/** Any other path that differs. */
	unexplained: z.array(z.string()),
});

export type Comparison = z.infer<typeof comparisonSchema>;

const file = join(import.meta.dirname, 'comparisons.json');

export async function readComparisons(): Promise<readonly Comparison[]> {
	return z.array(comparisonSchema).parse(JSON.parse(await readFile(file, 'utf8')));
}

/** In place of what was found before of the same composition. */
export async function recordComparison(comparison: Comparison): Promise<void> {
	const others = (await readComparisons()).filter(({composition}) => composition !== comparison.composition);
	const text = JSON.stringify([...others, comparison].sort((a, b) => (a.composition < b.composition ? -1 : 1)));
	await writeFile(file, await format(text, {...(await resolveConfig(file)), filepath: file}));
}

/** mmdebstrap.md */
export function comparisonPage(found: readonly Comparison[]): string {
	const rows = compositions.map(composition => {
		const one = found.find(known => known.composition === composition);
		const [image = '', ...added] = composition.split('+');
		const name = [image.replace(':', ' '), ...added].join(' + ');
		if (one === undefined) return `| ${name} | – | – | – | not compared |`;
		const {packages, paths, allowed, unexplained} = one;
		const word = unexplained.length === 0 ? 'equal' : `**${unexplained.length} paths differ**`;
		return `| ${name} | ${packages} | ${paths} | ${allowed} | ${word} |`;
	});
	const reasons = allowedDifferences.map(
		({pattern, reason}) => `| \`${pattern.source.replaceAll('\\/', '/').replaceAll('|', '\\|')}\` | ${reason} |`,
	);
	return `# Dev images beside mmdebstrap

The file tree of our image is compared with the root that mmdebstrap, and with it apt-get and dpkg, makes of the very same packages: path,
type, mode, owner, link target and content of every file. Made by \`npm run docs\` from what \`SLIPWAY_MMDEBSTRAP=all npx vitest run
--config test/vitest.config.ts test/peers/mmdebstrap.test.ts\` found.

| Dev image | Packages | Paths | Allowed differences | Result |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

What may differ, by path, and why; and links to a random certificate, whose names are its hash:

| Path | Reason |
| --- | --- |
${reasons.join('\n')}
`;
}
