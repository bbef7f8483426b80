import {createReadStream} from 'node:fs';
import {open, rename, rm} from 'node:fs/promises';
import {pipeline, Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {messageOf, SlipwayError} from '../../base/errors.ts';
import type {Architecture} from '../package-index.ts';
import {SuiteCompiler} from './compile-suite.ts';
import {systemCodeOf} from './storage-error.ts';

/** In order of preference: gzip unpacks in a sixth of the time of xz (0.26 s of 1.5 s for trixie) and is a third longer. */
export const compressions = ['gz', 'xz', 'none'] as const;
export type Compression = (typeof compressions)[number];

export interface CompressedFile {
	readonly path: string;
	readonly compression: Compression;
	/** Decompressed size, as the Release file states it: nothing longer is unpacked. */
	readonly sizeBytes: number;
}

export interface CompileJob {
	readonly suite: string;
	readonly architecture: Architecture;
	readonly packages: readonly CompressedFile[];
	readonly output: string;
}

export interface CompileResult {
	readonly packageCount: number;
}

/** Decompresses and compiles the Packages files of a suite, and writes the result in one step. */
export async function runCompileJob(job: CompileJob): Promise<CompileResult> {
	const compiler = new SuiteCompiler(job.suite, job.architecture);
	for (const file of job.packages) await compiler.add(decompress(file, job.suite));
	const {meta, bytes} = compiler.finish();
	const temporary = `${job.output}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
	try {
		const handle = await open(temporary, 'wx');
		try {
			await handle.writeFile(bytes);
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(temporary, job.output);
	} catch (error) {
		await rm(temporary, {force: true});
		throw error;
	}
	return {packageCount: meta.packageCount};
}

/** The file's content in pieces. Throws `verification` unless it is exactly as long as stated. */
async function* decompress(file: CompressedFile, suite: string): AsyncGenerator<Uint8Array> {
	let size = 0;
	try {
		for await (const piece of await piecesOf(file)) {
			size += piece.length;
			if (size > file.sizeBytes) break;
			yield piece;
		}
	} catch (error) {
		if (systemCodeOf(error) !== null) throw error;
		throw wrongSize(suite, messageOf(error));
	}
	if (size !== file.sizeBytes) throw wrongSize(suite, `it is not the ${file.sizeBytes} bytes long that are stated`);
}

async function piecesOf({path, compression}: CompressedFile): Promise<AsyncIterable<Uint8Array>> {
	const input = createReadStream(path, {highWaterMark: 1 << 18});
	switch (compression) {
		case 'none':
			return input;
		case 'gz': {
			const output = createGunzip({chunkSize: 1 << 18});
			// Errors reach who reads the output.
			pipeline(input, output, () => {});
			return output;
		}
		case 'xz': {
			// A CommonJS module: its exports are the default export, in Node and in the bundle.
			const {XzReadableStream} = (await import('xz-decompress')).default;
			return new XzReadableStream(Readable.toWeb(input) as ReadableStream<Uint8Array>);
		}
	}
}

function wrongSize(suite: string, why: string): SlipwayError {
	return new SlipwayError('verification', `The package index of ${suite} cannot be unpacked: ${why}.`, {
		hint: 'The mirror may be broken: try another with --mirror.',
	});
}
