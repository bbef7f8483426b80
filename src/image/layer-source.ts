import {closeSync, openSync, readSync} from 'node:fs';

/** A stretch of a file, a mebibyte at a time; less if the file ends before. */
export function* readFileChunks(file: string, offset: number, sizeBytes: number): Generator<Buffer> {
	const descriptor = openSync(file, 'r');
	try {
		for (let done = 0; done < sizeBytes;) {
			const bytes = Buffer.allocUnsafe(Math.min(1 << 20, sizeBytes - done));
			const read = readSync(descriptor, bytes, 0, bytes.length, offset + done);
			if (read === 0) return;
			yield bytes.subarray(0, read);
			done += read;
		}
	} finally {
		closeSync(descriptor);
	}
}
