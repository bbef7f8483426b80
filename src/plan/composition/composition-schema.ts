import * as z from 'zod';
import {
	checkAbsolutePath,
	checkBundleName,
	checkImageName,
	checkPackageName,
	checkPackageOrPin,
	checkPackageVersion,
	checkPort,
	checkVariableName,
} from './composition-rules.ts';

/** Every scalar arrives as the text that stands in the file: `3.10` stays 3.10, and `no` is no Boolean. */
const text = z.string();

/** JSON Schema for what an editor reads as a number or a word. */
const textOrNumber = {type: ['string', 'number']};

function checked(check: (value: string) => string | null, pattern?: string) {
	const schema = text.superRefine((value, context) => {
		const reason = check(value);
		if (reason !== null) context.addIssue({code: 'custom', message: reason});
	});
	return pattern === undefined ? schema : schema.meta({pattern});
}

const wholeNumber = text
	.regex(/^[0-9]{1,9}$/, 'This has to be a whole number.')
	.transform(Number)
	.meta({type: 'integer', minimum: 0});

const command = z.array(text.min(1, 'An argument may not be empty.'));

const requestedPackage = z.union(
	[
		checked(checkPackageOrPin).transform(name => ({name, version: null as string | null})),
		z.strictObject({
			name: checked(checkPackageName).describe('A package, or an auto package such as php-curl-auto'),
			version: checked(checkPackageVersion)
				.meta(textOrNumber)
				.describe('Exact version; lines that do not have it are skipped'),
		}),
	],
	{error: 'A package is a name, or {name: …, version: …}.'},
);

const config = z.strictObject({
	user: text.min(1).meta(textOrNumber).optional().describe('User, or USER:GROUP, by number or name'),
	workdir: checked(checkAbsolutePath, '^/').optional(),
	entrypoint: command.optional(),
	cmd: command.optional(),
	ports: z
		.array(
			checked(checkPort)
				.transform(port => (port.includes('/') ? port : `${port}/tcp`))
				.meta(textOrNumber),
		)
		.optional(),
	volumes: z.array(checked(checkAbsolutePath, '^/')).optional(),
	stopSignal: text
		.regex(/^(?:SIG[A-Z0-9+-]+|[0-9]{1,2})$/, 'A signal is named as SIGTERM, or by number.')
		.meta(textOrNumber)
		.optional(),
	labels: z.record(text, text.meta(textOrNumber)).optional(),
});

const smokeTest = z.strictObject({
	run: command.min(1, 'A test needs a command.'),
	expect: z
		.strictObject({
			stdout: text.meta(textOrNumber).optional(),
			stderr: text.meta(textOrNumber).optional(),
			exitCode: wholeNumber.optional(),
		})
		.default({}),
	timeoutSeconds: wholeNumber.optional(),
});

/** What every file has, with a starter or without. */
const common = {
	name: checked(checkImageName, '^[a-z][a-z0-9-]{0,38}[a-z]$').describe('2 to 40 characters; fixed once saved'),
	description: text.default(''),
	extends: z
		.array(checked(checkImageName))
		.optional()
		.describe('Baselines, or other compositions: NAME.yaml beside this file, or saved ones; what stands here wins'),
	packages: z.array(requestedPackage).default([]),
	env: z
		.record(text, text.meta({type: ['string', 'number', 'boolean']}))
		.default({})
		.superRefine((env, context) => {
			for (const [name, value] of Object.entries(env)) {
				const reason = checkVariableName(name) ?? (value === '' ? `${name} has no value.` : null);
				if (reason !== null) context.addIssue({code: 'custom', message: reason, path: [name]});
			}
		}),
	bundles: z.array(checked(checkBundleName)).default([]),
	config: config.default({}),
	tests: z.array(smokeTest).default([]),
};

/** A file without a starter: what compositions have in common. */
export const baselineSchema = z.strictObject(common);

const {name, description, ...content} = common;

export const compositionSchema = z.strictObject({
	name,
	description,
	starter: text
		.min(1, 'A starter image has to be named.')
		.describe('See `slipway starters`; fixed once saved. A file without one is a baseline, for others to extend'),
	variant: z
		.enum(['minimal', 'dev'], {error: 'A variant is `minimal` or `dev`.'})
		.default('minimal')
		.describe('minimal: no shell, no package manager, non-root; dev: both, root'),
	lines: z
		.union([z.literal('all'), z.array(text.min(1).meta(textOrNumber)).min(1)], {
			error: 'Lines are `all`, or a list such as [8.4].',
		})
		.default('all'),
	platforms: z
		.array(z.enum(['linux/amd64', 'linux/arm64'], {error: 'A platform is linux/amd64 or linux/arm64.'}))
		.min(1, 'Name a platform, or leave the field out.')
		.refine(platforms => new Set(platforms).size === platforms.length, 'A platform stands here twice.')
		.optional()
		.describe('Platforms of one image; this host’s alone unless said'),
	...content,
});

/** The published JSON Schema of the composition file: draft 2020-12, as editors read it. */
export function compositionJsonSchema(): Record<string, unknown> {
	const schema = z.toJSONSchema(compositionSchema, {io: 'input', unrepresentable: 'any'});
	const {required: _, ...open} = schema;
	return {
		...open,
		title: 'Slipway composition',
		description: 'What a private image is made of; without a starter, a baseline that others extend',
		required: ['name'],
		// A baseline is not built: which lines and variant there are is for the images to say.
		dependentRequired: {variant: ['starter'], lines: ['starter']},
	};
}

/** Names of the fields that stand at a place of the file, for a mistyped one. */
export function fieldsAt(path: readonly PropertyKey[]): readonly string[] {
	const [first, , third] = path;
	if (first === undefined) return Object.keys(compositionSchema.shape);
	if (first === 'config' && path.length === 1) return Object.keys(config.shape);
	if (first === 'packages') return ['name', 'version'];
	if (first === 'tests') return third === 'expect' ? ['stdout', 'stderr', 'exitCode'] : Object.keys(smokeTest.shape);
	return [];
}
