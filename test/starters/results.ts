import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {format, resolveConfig} from 'prettier';
import * as z from 'zod';
import type {StarterLine, Variant} from '../../src/catalog/starter.ts';
import type {LinePlan} from '../../src/plan/plan.ts';
import type {SmokeProgram} from './smoke-programs.ts';

/** What is planned for each starter, and what came out of smoke programs run by hand; `npm run docs` makes starters.md of it. */
const resultSchema = z.object({
	starter: z.string(),
	line: z.string(),
	suite: z.string(),
	variant: z.enum(['minimal', 'dev']),
	version: z.string(),
	/** Of the starter alone, in the image. */
	packages: z.int(),
	/** What they say that they take on a disk. */
	unpackedBytes: z.int(),
	/** Null: not tried. */
	sandbox: z.boolean().nullable(),
	docker: z.boolean().nullable(),
});

export type SmokeResult = z.infer<typeof resultSchema>;

/** Of a line that may have packages of the smoke program's own. */
export function factsOf(
	{starter}: Pick<SmokeProgram, 'starter'>,
	{line, suite, version}: StarterLine,
	variant: Variant,
	{packages}: LinePlan,
): Omit<SmokeResult, 'sandbox' | 'docker'> {
	const own = packages.filter(({inImage, role}) => inImage && role === 'starter');
	const unpackedBytes = own.reduce((sum, {installedSize}) => sum + installedSize, 0);
	return {starter, line, suite, variant, version, packages: own.length, unpackedBytes};
}

const file = join(import.meta.dirname, 'results.json');

export async function readResults(): Promise<readonly SmokeResult[]> {
	return z.array(resultSchema).parse(JSON.parse(await readFile(file, 'utf8')));
}

/** Newer results of the same images replace older ones, but what was not tried again stays. */
export async function recordResults(results: readonly SmokeResult[]): Promise<void> {
	const keyOf = ({starter, line, variant}: SmokeResult) => [starter, line, variant].join(' ');
	const known = new Map((await readResults()).map(result => [keyOf(result), result]));
	for (const result of results) {
		const {sandbox = null, docker = null} = known.get(keyOf(result)) ?? {};
		known.set(keyOf(result), {...result, sandbox: result.sandbox ?? sandbox, docker: result.docker ?? docker});
	}
	const sorted = [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
	const text = JSON.stringify(sorted);
	await writeFile(file, await format(text, {...(await resolveConfig(file)), filepath: file}));
}
