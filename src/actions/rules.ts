import {readFile} from 'node:fs/promises';
import {isMap, LineCounter, parseDocument} from 'yaml';
import * as z from 'zod';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import {eventKinds, severities} from './action-event.ts';

/** Where a secret is read from at the time it is needed. It never stands in the rules themselves. */
const secretSchema = z.union([
	z.strictObject({env: z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a variable')}),
	z.strictObject({file: z.string().regex(/^\//, 'is not an absolute path')}),
]);
export type SecretSource = z.infer<typeof secretSchema>;

const httpUrl = z.url({protocol: /^https?$/});

const actionKinds = ['webhook', 'slack', 'email', 'github', 'command'] as const;

/** In the order of `actionKinds`. */
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
			/** Certificates, PEM, by which the server is known, in place of the system's. */
			ca: z.string().regex(/^\//, 'is not an absolute path').optional(),
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
	const schema = z.toJSONSchema(rulesSchema, {io: 'input'});
	return {...schema, title: 'Slipway actions', description: 'Rules of when, if and then: config/actions.yaml'};
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
	const problems = parsed.error.issues
		.flatMap(issue => problemsOf(issue, document))
		.map(({path, message}) => {
			const node: unknown = nearestNode(document, path);
			const {line, col} = lines.linePos(hasRange(node) ? node.range[0] : 0);
			return `${file}:${line}:${col}: ${fieldOf(path)}: ${message}`;
		});
	throw refused(problems.join('\n'));
}

interface Problem {
	readonly path: Path;
	readonly message: string;
}

/** What is wrong, as near to the place as it can be said: of several forms, the one whose name stands there. */
function problemsOf(issue: z.core.$ZodIssue, document: ReturnType<typeof parseDocument>): readonly Problem[] {
	const path = issue.path.map(part => (typeof part === 'symbol' ? String(part) : part));
	if (issue.code === 'unrecognized_keys') {
		return issue.keys.map(key => ({path: [...path, key], message: `there is no field \`${key}\` here`}));
	}
	if (issue.code !== 'invalid_union') return [{path, message: issue.message}];
	const value: unknown = document.getIn(path);
	const named = isMap(value) ? actionKinds.findIndex(kind => value.has(kind)) : -1;
	const isAction = path.at(-2) === 'then';
	const meant = isAction ? issue.errors[named] : undefined;
	if (meant) return meant.flatMap(inner => problemsOf({...inner, path: [...path, ...inner.path]}, document));
	const forms = isAction ? actionKinds.join(', ') : 'a secret: {env: NAME} or {file: /PATH}';
	return [{path, message: `has to be ${isAction ? 'one of ' : ''}${forms}`}];
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
