import {readFile} from 'node:fs/promises';
import {LineCounter, parseDocument} from 'yaml';
import {z} from 'zod';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import {eventKinds, severities} from './action-event.ts';

/** Where a secret is read from at the time it is needed. It never stands in the rules themselves. */
const secretSchema = z.union([
	z.strictObject({env: z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a variable')}),
	z.strictObject({file: z.string().startsWith('/', 'is not an absolute path')}),
]);
export type SecretSource = z.infer<typeof secretSchema>;

const httpUrl = z.url({protocol: /^https?$/});

const actionSchema = z.union([
	z.strictObject({webhook: z.strictObject({url: httpUrl, secret: secretSchema.optional()})}),
	z.strictObject({slack: z.strictObject({url: secretSchema})}),
	z.strictObject({
		email: z.strictObject({
			to: z.array(z.email()).min(1),
			from: z.email(),
			server: z.url({protocol: /^smtps?$/}),
			user: z.string().optional(),
			password: secretSchema.optional(),
		}),
	}),
	z.strictObject({
		github: z.strictObject({
			repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'is not OWNER/NAME'),
			token: secretSchema,
			eventType: z.string().min(1).max(100).default('slipway'),
			api: httpUrl.default('https://api.github.com'),
		}),
	}),
	z.strictObject({command: z.array(z.string()).min(1)}),
]);
export type Action = z.infer<typeof actionSchema>;

const ruleSchema = z.strictObject({
	name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'has other characters than a–z, 0–9 and -'),
	when: z.array(z.enum(eventKinds)).min(1),
	if: z
		.strictObject({
			/** Names, with `*` for any letters. */
			images: z.array(z.string()).optional(),
			starters: z.array(z.string()).optional(),
			lines: z.array(z.string()).optional(),
			/** At least this. */
			severity: z.enum(severities).optional(),
		})
		.default({}),
	then: z.array(actionSchema).min(1),
});
export type Rule = z.infer<typeof ruleSchema>;

const rulesSchema = z.strictObject({rules: z.array(ruleSchema).max(200)}).superRefine(({rules}, context) => {
	for (const [position, {name}] of rules.entries()) {
		if (rules.findIndex(rule => rule.name === name) !== position) {
			context.addIssue({
				code: 'custom',
				path: ['rules', position, 'name'],
				message: `is the name of two rules: ${name}`,
			});
		}
	}
});

/** The JSON Schema of the rules file, for editors. */
export function rulesJsonSchema(): object {
	return z.toJSONSchema(rulesSchema, {io: 'input'});
}

/** Throws `bad-input` with file, line, column and field. */
export function parseRules(text: string, file: string): readonly Rule[] {
	const lines = new LineCounter();
	const document = parseDocument(text, {lineCounter: lines, uniqueKeys: true});
	const [syntax] = document.errors;
	if (syntax) {
		const {line, col} = lines.linePos(syntax.pos[0]);
		throw refused(`${file}:${line}:${col}: ${syntax.message.split('\n')[0] ?? ''}`);
	}
	const parsed = rulesSchema.safeParse(document.toJS() ?? {rules: []});
	if (parsed.success) return parsed.data.rules;
	const [issue] = parsed.error.issues;
	const path = (issue?.path ?? []).map(part => (typeof part === 'symbol' ? String(part) : part));
	const node: unknown = nearestNode(document, path);
	const range = hasRange(node) ? node.range : null;
	const {line, col} = lines.linePos(range?.[0] ?? 0);
	throw refused(`${file}:${line}:${col}: ${fieldOf(path)}: ${issue?.message ?? 'is not valid'}`);
}

/** An absent file has no rules. */
export async function readRules(file: string): Promise<readonly Rule[]> {
	try {
		return parseRules(await readFile(file, 'utf8'), file);
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return [];
		throw error;
	}
}

function refused(message: string): SlipwayError {
	return new SlipwayError('bad-input', message, {
		hint: 'A rule has a name, when, if and then: the README shows one of each kind.',
	});
}

type Path = readonly (string | number)[];

function nearestNode(document: ReturnType<typeof parseDocument>, path: Path): unknown {
	for (let length = path.length; length > 0; length -= 1) {
		const node: unknown = document.getIn(path.slice(0, length), true);
		if (hasRange(node)) return node;
	}
	return document.contents;
}

function hasRange(node: unknown): node is {readonly range: readonly [number, number, number]} {
	return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function fieldOf(path: Path): string {
	return path.reduce<string>(
		(text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part),
		'',
	);
}
