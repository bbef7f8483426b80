import {isMap, isNode, isScalar, LineCounter, parseDocument} from 'yaml';
import type {Document, Node} from 'yaml';
import type {z} from 'zod';
import type {Baseline, Composition, CompositionProblem} from '../composition.ts';
import {checkPackageCount} from './composition-rules.ts';
import {baselineSchema, compositionSchema, fieldsAt} from './composition-schema.ts';
import {nearestNames} from './nearest-names.ts';

/** Where a field stands in the file: line and column from 1, null where it is not written. */
export type FieldLocator = (path: readonly PropertyKey[]) => {
	readonly file: string | null;
	readonly line: number | null;
	readonly column: number | null;
	/** `packages[2].name` */
	readonly field: string;
};

interface Refused {
	readonly kind: 'refused';
	readonly problems: readonly CompositionProblem[];
}

export type ParsedComposition =
	{readonly kind: 'ok'; readonly composition: Composition; readonly locate: FieldLocator} | Refused;

/** A baseline, or a composition where it has a starter. */
export type ParsedBaseline =
	{readonly kind: 'ok'; readonly baseline: Baseline; readonly locate: FieldLocator} | Refused;

/** A composition is written by hand; anything beyond is another file. */
const mostBytes = 64 * 1024;
/** Lines and commas: the parser compares every key with every other. */
const mostEntries = 5000;
/** Brackets within brackets: the parser's time grows with their square. */
const deepestNesting = 100;
/** Of one kind and place: nobody reads more, and finding what was meant takes time. */
const mostUnknownFields = 20;

/** Reads the text of a composition file and checks all that needs no repository. Never throws for what the text holds. */
export function parseComposition(
	source: string,
	{file = null}: {readonly file?: string | null} = {},
): ParsedComposition {
	const parsed = parse(source, file, 'composition');
	if (parsed.kind === 'refused') return parsed;
	return {kind: 'ok', composition: parsed.value as Composition, locate: parsed.locate};
}

/** The same for what a composition may extend: a file without a starter, or another composition. */
export function parseBaseline(source: string, {file = null}: {readonly file?: string | null} = {}): ParsedBaseline {
	const parsed = parse(source, file, 'baseline');
	if (parsed.kind === 'refused') return parsed;
	return {kind: 'ok', baseline: parsed.value as Baseline, locate: parsed.locate};
}

function parse(
	source: string,
	file: string | null,
	kind: 'composition' | 'baseline',
): Refused | {readonly kind: 'ok'; readonly value: unknown; readonly locate: FieldLocator} {
	const refused = (problem: Omit<CompositionProblem, 'file'>): Refused => ({
		kind: 'refused',
		problems: [{file, ...problem}],
	});
	if (source.length > mostBytes || source.split(/[\n,]/u).length > mostEntries) {
		return refused({line: null, column: null, field: '', message: 'This is too large for a composition.', mend: null});
	}
	if (nestingOf(source) > deepestNesting) {
		return refused({line: null, column: null, field: '', message: 'This is nested too deeply.', mend: null});
	}
	const lines = new LineCounter();
	// The failsafe schema knows no types but text: versions and lines such as 3.10 keep their last zero.
	const document = parseDocument(source, {schema: 'failsafe', lineCounter: lines, uniqueKeys: true});
	const syntaxError = document.errors.find(({code}) => code !== 'DUPLICATE_KEY');
	if (document.errors.length > 0) {
		return {
			kind: 'refused',
			// What follows a syntax error mostly follows from it.
			problems: (syntaxError === undefined ? document.errors : [syntaxError]).map(error => {
				const {line, col} = lines.linePos(error.pos[0]);
				const isDuplicate = error.code === 'DUPLICATE_KEY';
				const key = isDuplicate ? keyAt(source, error.pos[0]) : '';
				return {
					file,
					line,
					column: col,
					field: key,
					message: isDuplicate
						? `The key \`${key}\` stands here a second time.`
						: `This is no YAML: ${firstSentence(error.message)}`,
					mend: isDuplicate ? 'Keep one of them.' : null,
				};
			}),
		};
	}
	if (!isMap(document.contents)) {
		return refused({
			line: 1,
			column: 1,
			field: '',
			message: 'A composition is a list of fields such as `name: php-api`.',
			mend: 'Begin with name and starter.',
		});
	}
	const locate = locatorOf(document, lines, file);
	let value: unknown;
	try {
		value = document.toJS({maxAliasCount: 100});
	} catch {
		return refused({
			line: 1,
			column: 1,
			field: '',
			message: 'Its aliases cannot be resolved.',
			mend: 'Write them out.',
		});
	}
	const schema = kind === 'baseline' && !document.has('starter') ? baselineSchema : compositionSchema;
	const result = schema.safeParse(value);
	if (!result.success) {
		const problems = result.error.issues.flatMap(issue => problemsOf(issue, locate, value));
		return {kind: 'refused', problems: inFileOrder(withoutMeantFields(problems))};
	}
	const problems = repetitions(result.data, locate);
	if (problems.length > 0) return {kind: 'refused', problems: inFileOrder(problems)};
	return {kind: 'ok', value: withoutUndefined(result.data), locate};
}

/** How deep flow collections may lie in each other; brackets in texts are counted, too. */
function nestingOf(source: string): number {
	let depth = 0;
	let deepest = 0;
	for (const character of source) {
		if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
		else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
	}
	return deepest;
}

function inFileOrder(problems: readonly CompositionProblem[]): readonly CompositionProblem[] {
	return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** A field that is missing because its name was mistyped is one problem, not two. */
function withoutMeantFields(problems: readonly CompositionProblem[]): readonly CompositionProblem[] {
	return problems.filter(
		({field, message}) =>
			message !== missingField ||
			!problems.some(other => other.mend === `Write \`${field.slice(field.lastIndexOf('.') + 1)}\`.`),
	);
}

const missingField = 'This field is missing.';
const baselineMend = 'A file without one is a baseline, which others extend: `slipway baseline add` keeps it.';

function locatorOf(document: Document, lines: LineCounter, file: string | null): FieldLocator {
	return path => {
		const field = path.reduce<string>(
			(name, key) =>
				typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`,
			'',
		);
		for (let length = path.length; length >= 0; length--) {
			const node = keyNode(document, path.slice(0, length));
			const start = node?.range?.[0];
			if (start === undefined) continue;
			const {line, col} = lines.linePos(start);
			return {file, line, column: col, field};
		}
		return {file, line: null, column: null, field};
	};
}

/** The key of a field, or the entry of a list. */
function keyNode(document: Document, path: readonly PropertyKey[]): Node | null {
	const last = path.at(-1);
	if (last === undefined) return isNode(document.contents) ? document.contents : null;
	const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
	if (isMap(parent)) {
		const key = parent.items.find(pair => isScalar(pair.key) && pair.key.value === last)?.key;
		return isNode(key) ? key : null;
	}
	const node = document.getIn(path, true);
	return isNode(node) ? node : null;
}

function problemsOf(issue: z.core.$ZodIssue, locate: FieldLocator, value: unknown): readonly CompositionProblem[] {
	if (issue.code === 'unrecognized_keys') {
		return issue.keys.slice(0, mostUnknownFields).map(key => {
			return {
				...locate([...issue.path, key]),
				message: `There is no field \`${key}\` here.`,
				mend: mendOfField(key, issue.path),
			};
		});
	}
	if (issue.code === 'invalid_union') {
		// The form that was meant is the one whose kind of value stands there: its errors lie deeper, or in the text.
		const meant = issue.errors.find(errors =>
			errors.every(error => error.path.length > 0 || !['invalid_type', 'invalid_value'].includes(error.code)),
		);
		if (meant !== undefined) {
			return meant.flatMap(error => problemsOf({...error, path: [...issue.path, ...error.path]}, locate, value));
		}
	}
	if (issue.code === 'invalid_type' && at(value, issue.path) === undefined) {
		const mend = `Add \`${String(issue.path.at(-1))}:\`.`;
		const isStarter = issue.path.length === 1 && issue.path[0] === 'starter';
		return [{...locate(issue.path), message: missingField, mend: isStarter ? `${mend} ${baselineMend}` : mend}];
	}
	const expected =
		issue.code === 'invalid_type' ? `This has to be ${kindNames[issue.expected] ?? issue.expected}.` : null;
	return [{...locate(issue.path), message: expected ?? issue.message, mend: null}];
}

function mendOfField(key: string, path: readonly PropertyKey[]): string {
	const fields = fieldsAt(path);
	if (path.length === 0 && fieldsAt(['config']).includes(key)) return `It belongs below \`config\`.`;
	if (path.length === 1 && fieldsAt([]).includes(key)) return `It belongs beside \`${String(path[0])}\`.`;
	const [nearest] = nearestNames(key, fields, 1);
	return nearest === undefined ? `Fields are: ${fields.join(', ')}.` : `Write \`${nearest}\`.`;
}

const kindNames: Readonly<Record<string, string>> = {
	string: 'text',
	array: 'a list',
	object: 'a group of fields',
	record: 'a group of fields',
};

function at(value: unknown, path: readonly PropertyKey[]): unknown {
	let inner = value;
	for (const key of path) {
		if (typeof inner !== 'object' || inner === null) return undefined;
		inner = (inner as Readonly<Record<PropertyKey, unknown>>)[key];
	}
	return inner;
}

function repetitions(
	data: z.infer<typeof baselineSchema> & {readonly lines?: z.infer<typeof compositionSchema>['lines']},
	locate: FieldLocator,
): readonly CompositionProblem[] {
	const problems: CompositionProblem[] = [];
	const tooMany = checkPackageCount(data.packages.length);
	if (tooMany !== null) problems.push({...locate(['packages']), message: tooMany, mend: 'Split the image in two.'});
	const lists: readonly (readonly [string, readonly string[]])[] = [
		['packages', data.packages.map(({name}) => name)],
		['lines', data.lines === undefined || data.lines === 'all' ? [] : data.lines],
		['extends', data.extends ?? []],
		['bundles', data.bundles],
	];
	for (const [field, names] of lists) {
		for (const [place, name] of names.entries()) {
			if (names.indexOf(name) === place) continue;
			problems.push({...locate([field, place]), message: `${name} stands here twice.`, mend: 'Keep one of them.'});
		}
	}
	return problems;
}

function withoutUndefined(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutUndefined);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, withoutUndefined(inner)]])),
	);
}

function keyAt(source: string, offset: number): string {
	return /^["']?([^"':\n]{1,80})/.exec(source.slice(offset, offset + 100))?.[1]?.trim() ?? '';
}

function firstSentence(message: string): string {
	return message.split(' at line ')[0]?.split('\n')[0] ?? message;
}
