import type {SmokeResult} from './results.ts';

/** starters.md: what each starter's variants weigh, and where their smoke programs came out. */
export function starterPage(results: readonly SmokeResult[]): string {
	const lines = Map.groupBy(results, ({starter, line}) => `${starter} ${line}`);
	const rows = [...lines].map(([, found]) => {
		const first = found[0];
		const [minimal, dev] = (['minimal', 'dev'] as const).map(variant => found.find(one => one.variant === variant));
		const cells = [first?.starter, first?.line, first?.suite, ...cellsOf(minimal), ...cellsOf(dev)];
		return `| ${cells.join(' | ')} |`;
	});
	const head = [
		'Starter',
		'Line',
		'Release',
		...['Minimal', 'Dev'].flatMap(variant => [`${variant}: packages`, 'MB', 'sandbox', 'Docker']),
	];
	return `# Starters at work

Each starter's smoke program does what its image is for, as the image's own user: serves a page, answers a query, opens a TLS connection
that a bundle's certificate vouches for, compiles and runs a program, initialises a database and reads a row back. Sizes are those of
its packages, unpacked. Made by \`npm run docs\` from what \`SLIPWAY_SMOKE=all npx vitest run --config test/vitest.config.ts
test/starters\` found; – means not tried.

| ${head.join(' | ')} |
| ${head.map(() => '---').join(' | ')} |
${rows.join('\n')}
`;
}

function cellsOf(result: SmokeResult | undefined): readonly string[] {
	if (result === undefined) return ['–', '–', '–', '–'];
	const {packages, unpackedBytes, sandbox, docker} = result;
	return [String(packages), (unpackedBytes / 1e6).toFixed(1), wordFor(sandbox), wordFor(docker)];
}

const wordFor = (worked: boolean | null) => (worked === null ? '–' : worked ? 'works' : '**fails**');
