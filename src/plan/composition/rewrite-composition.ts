import {isMap, isNode, isScalar, isSeq, parseDocument, type Document, type Node, type YAMLMap} from 'yaml';
import type {Composition} from '../composition.ts';
import {parseComposition} from './parse-composition.ts';
import {writeComposition} from './write-composition.ts';

/**
 * The text of a composition file that is to say something else now: only what changed is written anew, so that comments,
 * order and the writer's own way stay. A text that cannot be kept (it does not parse, or its anchors would be torn) is
 * written as a new file is.
 */
export function rewriteComposition(before: string, composition: Composition): string {
	const fresh = writeComposition(composition);
	const parsed = parseComposition(before);
	if (parsed.kind === 'refused') return fresh;
	const then = writeComposition(parsed.composition);
	if (then === fresh) return before;
	try {
		const text = rewritten(before, then, fresh);
		const again = parseComposition(text);
		return again.kind === 'ok' && writeComposition(again.composition) === fresh ? text : fresh;
	} catch {
		return fresh;
	}
}

/** @param then what a new file with the text's old meaning would be; @param now one with the new meaning */
function rewritten(text: string, then: string, now: string): string {
	const document = read(text);
	const old = fieldsOf(read(then));
	const wanted = fieldsOf(read(now));
	const order = [...wanted.keys()];
	const changed = new Set<string>();
	for (const field of old.keys()) if (!wanted.has(field)) document.delete(field);
	for (const [at, [field, value]] of [...wanted].entries()) {
		// A field that says the same is left alone, also one that was written out though it is the default.
		if (JSON.stringify(old.get(field)) === JSON.stringify(value)) continue;
		changed.add(field);
		const own = document.get(field, true);
		if (own === undefined) insert(document, field, value, order.slice(0, at));
		else document.set(field, merged(own, value));
	}
	const flowCollectionPadding = /[[{] /u.test(text);
	return withOwnWay(text, document.toString({lineWidth: 0, flowCollectionPadding}), changed);
}

/** Fields that did not change as they stand in the old text: a YAML library has its own idea of spaces. */
function withOwnWay(before: string, after: string, changed: ReadonlySet<string>): string {
	const old = new Map(blocksOf(before).map(block => [block.field, block]));
	return blocksOf(after)
		.flatMap(({field, lead, body}) => [...lead, ...(changed.has(field) ? body : (old.get(field)?.body ?? body))])
		.join('\n');
}

interface Block {
	readonly field: string;
	/** Comments and blank lines above it. */
	readonly lead: readonly string[];
	readonly body: readonly string[];
}

/** The lines of a file by the fields that they belong to. */
function blocksOf(text: string): readonly Block[] {
	const blocks: {field: string; lead: string[]; body: string[]}[] = [];
	let lead: string[] = [];
	for (const line of text.split('\n')) {
		const block = blocks.at(-1);
		const isField = /^[^\s#-]/u.test(line);
		if (isField) {
			blocks.push({field: line.slice(0, line.indexOf(':')).replaceAll(/["']/gu, ''), lead, body: [line]});
			lead = [];
		} else if (block === undefined || line.trim() === '' || line.startsWith('#')) lead.push(line);
		else {
			block.body.push(...lead, line);
			lead = [];
		}
	}
	// What stands below the last field.
	return [...blocks, {field: '', lead, body: []}];
}

/** As it is read: no types but text, so that 3.10 keeps its zero. */
const read = (text: string): Document => parseDocument(text, {schema: 'failsafe'});

function fieldsOf({contents}: Document): ReadonlyMap<string, Node> {
	const pairs = isMap(contents) ? contents.items : [];
	return new Map(pairs.map(({key, value}) => [String(key), value as Node]));
}

/** Behind the last of the fields that usually stand before it. */
function insert(document: Document, field: string, value: Node, before: readonly string[]): void {
	const {contents} = document;
	document.set(field, value);
	if (!isMap(contents)) return;
	const [pair] = contents.items.splice(-1);
	const place = contents.items.findLastIndex(({key}) => before.includes(String(key)));
	if (pair) contents.items.splice(place + 1, 0, pair);
}

/** The node with another meaning, keeping what is in it as far as it stays. */
function merged(own: unknown, wanted: Node): Node {
	if (isMap(own) && isMap(wanted)) {
		mergeMap(own, wanted);
		return own;
	}
	if (isSeq(own) && isSeq(wanted)) {
		const left = [...own.items];
		own.items = wanted.items.map(item => {
			const place = left.findIndex(other => keyOf(other) === keyOf(item));
			if (place === -1) return item;
			const [kept] = left.splice(place, 1);
			return JSON.stringify(kept) === JSON.stringify(item) ? kept : merged(kept, item as Node);
		});
		return own;
	}
	// What was said of it is said of what takes its place.
	if (isNode(own)) {
		wanted.comment = own.comment ?? null;
		wanted.commentBefore = own.commentBefore ?? null;
	}
	return wanted;
}

function mergeMap(own: YAMLMap, wanted: YAMLMap): void {
	const values = new Map(wanted.items.map(({key, value}) => [String(key), value as Node]));
	own.items = own.items.filter(({key}) => values.has(String(key)));
	for (const pair of own.items) {
		const value = values.get(String(pair.key));
		values.delete(String(pair.key));
		if (value && JSON.stringify(pair.value) !== JSON.stringify(value)) pair.value = merged(pair.value, value);
	}
	for (const pair of wanted.items) if (values.has(String(pair.key))) own.items.push(pair);
}

/** What makes an entry of a list the same one: its name, or all of it. */
function keyOf(item: unknown): string {
	if (isScalar(item)) return String(item.value);
	const name = isMap(item) ? item.get('name') : undefined;
	return typeof name === 'string' ? name : JSON.stringify(item);
}
