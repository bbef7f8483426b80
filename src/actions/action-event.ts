/**
 * src/actions owns the rules of when / if / then: what is told to whom when something happens to a private image.
 * Words: event (what happened), rule, action (webhook, slack, email, github, command), delivery (one action for one
 * event). It makes no builds and reads no indexes; secrets come from the environment or a private file, and appear
 * nowhere else.
 */
import * as z from 'zod';

export const eventKinds = [
	'build/created', // every line was built
	'build/some-lines-created',
	'build/failed',
	'line/new-version', // the primary package's version changed
	'line/new-digest',
	'packages/newer', // a rebuild would change packages
	'packages/security', // … some of them from the security suite
	'line/near-end-of-life',
	'line/past-end-of-life',
	'image/pushed', // to a registry
	'image/pulled', // through `slipway serve`
] as const;

export type EventKind = (typeof eventKinds)[number];

/** How much a change matters: rules may ask for at least one of these. */
export const severities = ['none', 'packages', 'version', 'security'] as const;
export type Severity = (typeof severities)[number];

const changedPackage = z.object({
	name: z.string(),
	before: z.string().nullable().describe('Version; null if it was not there'),
	after: z.string().nullable().describe('Version; null if it is no longer there'),
	isSecurity: z.boolean().describe('The newer version comes from the security suite'),
});

const eventLine = z.object({
	line: z.string(),
	version: z.string().describe('Of the primary package, as tags have it'),
	status: z.string(),
	digest: z.string().nullable(),
	tags: z.array(z.string()),
	traceId: z.string().nullable(),
	error: z.string().nullable(),
	packages: z.array(changedPackage).default([]).describe('What changed, or would, against the image before'),
});

/** The documented JSON that webhooks and commands receive. More fields may be added; these stay. */
export const actionEventSchema = z.object({
	id: z.string().describe('Unique; the same for every try of every delivery'),
	kind: z.enum(eventKinds),
	at: z.string().describe('ISO 8601, UTC'),
	image: z.string().describe('TENANT/NAME'),
	starter: z.string(),
	severity: z.enum(severities),
	summary: z.string().describe('One sentence for people'),
	build: z.string().nullable(),
	reference: z.string().nullable().default(null).describe('Where an image was pushed to, or pulled from'),
	lines: z.array(eventLine),
});

export type ActionEvent = DeepReadonly<z.infer<typeof actionEventSchema>>;

type DeepReadonly<T> = T extends readonly (infer Item)[]
	? readonly DeepReadonly<Item>[]
	: T extends object
		? {readonly [Key in keyof T]: DeepReadonly<T[Key]>}
		: T;

/** The published JSON Schema of an event: draft 2020-12. */
export function actionEventJsonSchema(): object {
	const schema = z.toJSONSchema(actionEventSchema, {io: 'output'});
	// Receivers have to bear fields that later versions add.
	return {...openObjects(schema), title: 'Slipway event', description: 'What a webhook or a command receives'};
}

function openObjects(schema: unknown): object {
	if (Array.isArray(schema)) return schema.map(entry => (isObject(entry) ? openObjects(entry) : entry) as unknown);
	const entries = Object.entries(isObject(schema) ? schema : {})
		.filter(([key, value]) => !(key === 'additionalProperties' && value === false))
		.map(([key, value]) => [key, isObject(value) ? openObjects(value) : value] as const);
	return Object.fromEntries(entries);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
