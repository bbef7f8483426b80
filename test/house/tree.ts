import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {packageRoot} from '../../src/base/package-root.ts';

/** A file of the project as it is kept: made and fetched files left out. */
export interface TreeFile {
	/** From the project's root: `src/base/errors.ts`. */
	readonly path: string;
	readonly text: string;
}

const made = new Set(['node_modules', 'dist', '.git']);

/** Text files of the project, sorted by path. */
export function projectFiles(): readonly TreeFile[] {
	const root = packageRoot();
	const walk = (folder: string): string[] =>
		readdirSync(join(root, folder), {withFileTypes: true}).flatMap(entry => {
			const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
			if (made.has(entry.name)) return [];
			return entry.isDirectory() ? walk(path) : [path];
		});
	return walk('')
		.toSorted()
		.map(path => ({path, bytes: readFileSync(join(root, path))}))
		.filter(({bytes}) => !bytes.includes(0))
		.map(({path, bytes}) => ({path, text: bytes.toString('utf8')}));
}

export function isSource({path}: TreeFile): boolean {
	return /\.tsx?$/.test(path);
}

/** What a module imports, as it is written. */
export function importsOf({text}: TreeFile): readonly string[] {
	const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
	const statements = code.matchAll(/(?:^|\n|;)\s*(?:import|export)\b[^;'"]*?\bfrom\s+['"]([^'"]+)['"]/g);
	const bare = code.matchAll(/(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g);
	const lazy = code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
	return [...statements, ...bare, ...lazy].map(match => match[1] ?? '');
}
