import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Key} from 'openpgp';
import {messageOf, SlipwayError} from '../../base/errors.ts';
import {packageRoot} from '../../base/package-root.ts';

/** Newer keys of the archive come to a Debian host with its own updates. */
const hostKeyrings = [
	'/usr/share/keyrings/debian-archive-keyring.pgp',
	'/usr/share/keyrings/debian-archive-keyring.gpg',
];

/** Public keys that may sign a Release file. Read, and OpenPGP loaded (120 ms), only when there is something to verify. */
export class Keyring {
	readonly #files: readonly string[];
	#keys: Promise<readonly Key[]> | null = null;

	/** @param files keyring files, armoured or binary; by default the Debian archive's */
	constructor(files: readonly string[] = debianKeyrings()) {
		this.#files = files;
	}

	/**
	 * The text that a key of this ring signed, of a clear-signed message (RFC 9580 section 7).
	 * Throws `verification` unless at least one signature is valid.
	 *
	 * @param what the suite that the message is of
	 */
	async verifyCleartext(message: string, what: string): Promise<string> {
		const {readCleartextMessage, verify} = await import('openpgp');
		const keys = await (this.#keys ??= this.#read());
		const refused = (why: string, hint: string, cause?: unknown) =>
			new SlipwayError('verification', `${what} cannot be used: ${why}.`, {hint, cause});
		let result;
		try {
			result = await verify({
				message: await readCleartextMessage({cleartextMessage: message}),
				verificationKeys: [...keys],
			});
		} catch (error) {
			throw refused('its InRelease file is not a signed message', otherMirrorHint, error);
		}
		const reasons: string[] = [];
		for (const signature of result.signatures) {
			try {
				await signature.verified;
				return result.data;
			} catch (error) {
				reasons.push(messageOf(error));
			}
		}
		if (reasons.some(reason => reason.includes('in the future'))) {
			throw refused('it was signed in the future', "Check this host's clock: it seems to be behind.");
		}
		const isUnknown = reasons.every(reason => reason.includes('Could not find signing key'));
		if (isUnknown) {
			const ids = result.signatures.map(signature => signature.keyID.toHex().toUpperCase());
			throw refused(
				`it is signed by ${ids.length === 0 ? 'nobody' : `keys that are not trusted (${ids.join(', ')})`}`,
				'Slipway trusts the keys of the Debian archive: check which archive the mirror carries.',
			);
		}
		throw refused(`its signature does not hold (${reasons.join('; ')})`, otherMirrorHint);
	}

	async #read(): Promise<readonly Key[]> {
		const {readKeys} = await import('openpgp');
		const keys: Key[] = [];
		for (const file of this.#files) {
			try {
				const bytes = await readFile(file);
				const isArmoured = bytes.toString('latin1', 0, 5) === '-----';
				const read = isArmoured
					? readKeys({armoredKeys: bytes.toString('latin1')})
					: readKeys({binaryKeys: new Uint8Array(bytes)});
				keys.push(...(await read));
			} catch (error) {
				const why = messageOf(error).replace(/\.+$/u, '');
				throw new SlipwayError('bad-input', `The keyring ${file} cannot be read: ${why}.`, {
					hint: 'SLIPWAY_DEBIAN_KEYRING names files with OpenPGP public keys, as `gpg --export` writes them.',
					cause: error,
				});
			}
		}
		return keys;
	}
}

const otherMirrorHint =
	'The mirror or something on the way to it changed the file: try again, or another mirror with --mirror.';

function debianKeyrings(): readonly string[] {
	const own = join(packageRoot(), 'src/repository/deb/keyring/debian-archive-keyring.gpg');
	return [own, ...hostKeyrings.filter(file => existsSync(file)).slice(0, 1)];
}
