import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {format, resolveConfig} from 'prettier';
import {z} from 'zod';

/** What came out of smoke programs run by hand; `npm run docs` makes starters.md of it. */
const resultSchema = z.object({
	starter: z.string(),
	line: z.string(),
	suite: z.string(),
	variant: z.enum(['minimal', 'dev']),
	version: z.string(),
	/** Of the starter alone, in the image. */
	packages: z.int(),
	/** Compressed bytes of the starter's layer. */
	sizeBytes: z.int(),
	sandbox: z.boolean(),
	/** Null: not tried. */
	docker: z.boolean().nullable(),
});

export type SmokeResult = z.infer<typeof resultSchema>;

const file = join(import.meta.dirname, 'results.json');

export async function readResults(): Promise<readonly SmokeResult[]> {
	return z.array(resultSchema).parse(JSON.parse(await readFile(file, 'utf8')));
}

/** Newer results of the same images replace older ones. */
export async function recordResults(results: readonly SmokeResult[]): Promise<void> {
	const keyOf = ({starter, line, variant}: SmokeResult) => [starter, line, variant].join(' ');
	const known = new Map((await readResults()).map(result => [keyOf(result), result]));
	for (const result of results) known.set(keyOf(result), {...known.get(keyOf(result)), ...result});
	const sorted = [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
	const text = JSON.stringify(sorted);
	await writeFile(file, await format(text, {...(await resolveConfig(file)), filepath: file}));
}
