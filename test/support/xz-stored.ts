import {crc32} from 'node:zlib';

/**
 * A valid .xz file whose LZMA2 chunks are stored, not compressed (The .xz File Format 1.0.4): Node has no xz encoder, and
 * Debian's packages and indexes are xz.
 */
export function xzStored(content: Uint8Array): Buffer {
	const flags = Buffer.from([0x00, 0x01]); // check: CRC32
	const header = Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), flags, crc(flags)]);
	// Twelve bytes with the CRC: one filter, LZMA2 (0x21), a dictionary of 64 KiB (8).
	const blockHeader = Buffer.from([0x02, 0x00, 0x21, 0x01, 0x08, 0x00, 0x00, 0x00]);
	const chunks = storedChunks(content);
	const unpadded = blockHeader.length + 4 + chunks.length + 4;
	const block = Buffer.concat([blockHeader, crc(blockHeader), chunks, padding(chunks.length), crc(content)]);
	const records = Buffer.from([0x00, 0x01, ...varint(unpadded), ...varint(content.length)]);
	const index = Buffer.concat([records, padding(records.length)]);
	const backwardSize = Buffer.alloc(4);
	backwardSize.writeUInt32LE((index.length + 4) / 4 - 1);
	const footer = Buffer.concat([backwardSize, flags]);
	return Buffer.concat([header, block, index, crc(index), crc(footer), footer, Buffer.from('YZ')]);
}

const chunkBytes = 1 << 16;

function storedChunks(content: Uint8Array): Buffer {
	const parts: Uint8Array[] = [];
	for (let start = 0; start < content.length; start += chunkBytes) {
		const chunk = content.subarray(start, start + chunkBytes);
		const size = chunk.length - 1;
		// 1: stored, with a dictionary reset; 2: stored.
		parts.push(Buffer.from([start === 0 ? 0x01 : 0x02, size >> 8, size & 0xff]), chunk);
	}
	return Buffer.concat([...parts, Buffer.from([0x00])]);
}

function crc(bytes: Uint8Array): Buffer {
	const buffer = Buffer.alloc(4);
	buffer.writeUInt32LE(crc32(bytes));
	return buffer;
}

function padding(length: number): Buffer {
	return Buffer.alloc((4 - (length % 4)) % 4);
}

function varint(value: number): number[] {
	const bytes: number[] = [];
	let rest = value;
	while (rest >= 0x80) {
		bytes.push((rest & 0x7f) | 0x80);
		rest = Math.floor(rest / 0x80);
	}
	return [...bytes, rest];
}
