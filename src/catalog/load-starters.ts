import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isNode, isPair, LineCounter, parseDocument} from 'yaml';
import type {Document} from 'yaml';
import {SlipwayError} from '../base/errors.ts';
import {packageRoot} from '../base/package-root.ts';
import {starterDefinitionSchema} from './starter-definition.ts';
import type {StarterDefinition} from './starter-definition.ts';

const ownFolder = () => join(packageRoot(), 'src/catalog/starters');

/** The starters of a folder; a file is read when its starter is first asked for, which makes up most of the cost. */
export class StarterDefinitions {
	/** In alphabetical order. */
	readonly names: readonly string[];
	readonly #folder: string;
	readonly #known = new Map<string, StarterDefinition>();
	readonly #texts = new Map<string, string>();

	/** @param folder the catalogue that comes with Slipway unless said */
	constructor(folder = ownFolder()) {
		this.#folder = folder;
		this.names = readdirSync(folder)
			.filter(file => file.endsWith('.yaml'))
			.map(file => file.slice(0, -'.yaml'.length))
			.sort();
	}

	/** The text of a starter's file, of which reading costs a fiftieth of parsing; null if there is no such starter. */
	textOf(name: string): string | null {
		if (!this.names.includes(name)) return null;
		const text = this.#texts.get(name) ?? readFileSync(join(this.#folder, `${name}.yaml`), 'utf8');
		this.#texts.set(name, text);
		return text;
	}

	/** Null if there is no such starter. Throws `bad-input` naming file, line and field. */
	named(name: string): StarterDefinition | null {
		const known = this.#known.get(name);
		if (known !== undefined) return known;
		const text = this.textOf(name);
		if (text === null) return null;
		const file = `${name}.yaml`;
		const definition = parseStarterDefinition(text, file);
		if (definition.name !== name) throw refused(file, 1, 'name', 'is not the name of its file');
		this.#known.set(name, definition);
		return definition;
	}

	/** By name. Throws `bad-input`. */
	all(): readonly StarterDefinition[] {
		return this.names.flatMap(name => this.named(name) ?? []);
	}
}

/** All of them. Throws `bad-input`. */
export async function loadStarterDefinitions(folder?: string): Promise<readonly StarterDefinition[]> {
	return new StarterDefinitions(folder).all();
}

/** One starter's file. Throws `bad-input`. */
export function parseStarterDefinition(text: string, file: string): StarterDefinition {
	const lines = new LineCounter();
	const document = parseDocument(text, {lineCounter: lines, uniqueKeys: true, prettyErrors: false});
	const [mistake] = document.errors;
	if (mistake !== undefined) throw refused(file, lines.linePos(mistake.pos[0]).line, null, mistake.message);
	const result = starterDefinitionSchema.safeParse(document.toJS());
	if (result.success) return result.data;
	const [issue] = result.error.issues;
	const path = (issue?.path ?? []).filter(part => typeof part !== 'symbol');
	const offset = offsetOf(document, path);
	throw refused(file, offset === null ? 1 : lines.linePos(offset).line, fieldName(path), issue?.message ?? 'is wrong');
}

/** Where the deepest part of the path stands that the file has. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | null {
	for (let length = path.length; length >= 0; length--) {
		const node: unknown = document.getIn(path.slice(0, length), true);
		if (isPair(node) && isNode(node.key)) return node.key.range?.[0] ?? null;
		if (isNode(node) && node.range) return node.range[0];
	}
	return null;
}

function fieldName(path: readonly (string | number)[]): string {
	return path.map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${part}`)).join('');
}

function refused(file: string, line: number, field: string | null, message: string): SlipwayError {
	const where = field ? `${field}: ` : '';
	return new SlipwayError('bad-input', `The starter's file ${file} is refused at line ${line}: ${where}${message}`, {
		hint: 'Mend the file; its form is in the JSON Schema of starters.',
		details: {file, line, field},
	});
}
