import type {Architecture} from '../package-index.ts';
import {writeSections} from './index-file.ts';
import {compileNames} from './name-table.ts';
import {PackagesReader} from './packages-reader.ts';
import {RelationInterner} from './relation-interner.ts';
import {RowBuilder} from './row-builder.ts';
import {StringInterner} from './string-heap.ts';
import type {SuiteMeta} from './suite-layout.ts';

export interface CompiledSuite {
	readonly meta: SuiteMeta;
	readonly bytes: Uint8Array;
}

/** Compiles the Packages files of one suite into columns of numbers over a heap of strings. */
export class SuiteCompiler {
	readonly #suite: string;
	readonly #architecture: Architecture;
	readonly #strings = new StringInterner();
	readonly #relations = new RelationInterner(this.#strings);
	readonly #rows: RowBuilder;
	#rejectedCount = 0;

	constructor(suite: string, architecture: Architecture) {
		this.#suite = suite;
		this.#architecture = architecture;
		this.#rows = new RowBuilder(architecture, this.#strings, this.#relations);
	}

	/** One Packages file: the architecture's, or that of `all`. */
	async add(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
		const reader = this.#reader();
		for await (const piece of pieces) reader.push(piece);
		reader.end();
	}

	addWhole(bytes: Uint8Array): void {
		const reader = this.#reader();
		reader.push(bytes);
		reader.end();
	}

	finish(): CompiledSuite {
		const sections = this.#rows.finish();
		const names = compileNames(sections.name, sections.provides, this.#strings, this.#relations);
		const {offsets, heap} = this.#strings.finish();
		const meta: SuiteMeta = {
			suite: this.#suite,
			architecture: this.#architecture,
			packageCount: this.#rows.count,
			rejectedCount: this.#rejectedCount,
		};
		const all = {...sections, ...names, ...this.#relations.sections(), stringOffsets: offsets, stringHeap: heap};
		return {meta, bytes: writeSections(meta, all)};
	}

	#reader(): PackagesReader {
		return new PackagesReader((bytes, spans) => {
			if (!this.#rows.add(bytes, spans)) this.#rejectedCount++;
		});
	}
}
