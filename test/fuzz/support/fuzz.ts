import {expect} from 'vitest';
import {SlipwayError} from '../../../src/base/errors.ts';
import {randomNumbers} from '../../repository/random.ts';

/**
 * SLIPWAY_FUZZ_SECONDS: how long each parser is tried, instead of the small budget of every run; SLIPWAY_FUZZ_SEED: where it
 * begins. A failure names the seed that shows it again.
 */
const seconds = Number(process.env['SLIPWAY_FUZZ_SECONDS'] ?? 0);
const firstSeed = Number(process.env['SLIPWAY_FUZZ_SEED'] ?? 1);
const usualRounds = 300;
/** No input of some kilobytes may keep a parser busy for longer. Generous: it finds what is exponential or quadratic. */
const slowMs = 3000;

export const fuzzTimeoutMs = Math.max(120_000, seconds * 2000);

export type Random = (bound: number) => number;

export interface FuzzOptions {
	/** Inputs that are well-formed, to begin from. */
	readonly corpus: readonly Uint8Array[];
	/** Pieces that mean something to the parser. */
	readonly dictionary?: readonly string[];
	/** Throws or fails what must not be; `SlipwayError`s without control characters in their message are right answers. */
	readonly parse: (input: Buffer, random: Random) => unknown;
}

/** Tries a parser with inputs that are nearly right. */
export async function fuzz({corpus, dictionary = [], parse}: FuzzOptions): Promise<void> {
	const deadline = performance.now() + seconds * 1000;
	for (let round = 0; seconds > 0 ? performance.now() < deadline : round < usualRounds; round++) {
		const seed = firstSeed + round;
		const random = randomNumbers(seed);
		const input = mutated(corpus[random(corpus.length)] ?? Buffer.alloc(0), dictionary, random);
		const started = performance.now();
		try {
			await parse(input, random);
		} catch (error) {
			const shown = input.length > 400 ? `${input.toString('latin1').slice(0, 400)}…` : input.toString('latin1');
			const about = `SLIPWAY_FUZZ_SEED=${seed}: ${JSON.stringify(shown)}`;
			if (!(error instanceof SlipwayError)) throw new Error(about, {cause: error});
			expect(error.message, about).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
		}
		expect(performance.now() - started, `SLIPWAY_FUZZ_SEED=${seed} is slow`).toBeLessThan(slowMs);
	}
}

/** Some changes of the kinds that find most: flipped bits, cuts, repetitions, splices and absurd numbers. */
function mutated(start: Uint8Array, dictionary: readonly string[], random: Random): Buffer {
	let bytes = Buffer.from(start);
	for (let change = 1 + random(6); change > 0; change--) {
		const at = random(bytes.length + 1);
		const length = random(Math.min(64, bytes.length - at) + 1);
		switch (random(8)) {
			case 0:
				if (bytes.length > 0) bytes[at % bytes.length] = random(256);
				break;
			case 1:
				if (bytes.length > 0) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << random(8));
				break;
			case 2:
				bytes = bytes.subarray(0, at);
				break;
			case 3:
				bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
				break;
			case 4: {
				const piece = bytes.subarray(at, at + length);
				const times = random(20) === 0 ? 2000 : 1 + random(4);
				bytes = Buffer.concat([bytes.subarray(0, at), ...Array.from({length: times}, () => piece), bytes.subarray(at)]);
				break;
			}
			case 5: {
				const from = random(bytes.length + 1);
				bytes = Buffer.concat([
					bytes.subarray(0, at),
					bytes.subarray(from, from + length),
					bytes.subarray(at + length),
				]);
				break;
			}
			case 6: {
				const word = dictionary[random(Math.max(1, dictionary.length))] ?? '';
				bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(word), bytes.subarray(at)]);
				break;
			}
			default: {
				const number = absurdNumbers[random(absurdNumbers.length)] ?? '';
				const text = bytes.toString('latin1');
				const digits = /\d+/u.exec(text.slice(at));
				if (digits === null) break;
				const place = at + digits.index;
				bytes = Buffer.from(`${text.slice(0, place)}${number}${text.slice(place + digits[0].length)}`, 'latin1');
			}
		}
	}
	return bytes;
}

const absurdNumbers = [
	'-1',
	'0',
	'4294967296',
	'9007199254740993',
	'99999999999999999999',
	'1e9',
	'0x10',
	'077777777777',
];
