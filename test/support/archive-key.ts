import {createCleartextMessage, generateKey, sign, type PrivateKey} from 'openpgp';

/** An OpenPGP key that a test's repository signs its Release files with. */
export interface ArchiveKey {
	/** The public key as a keyring file has it. */
	readonly keyring: Uint8Array;
	readonly armoredPublicKey: string;
	readonly fingerprint: string;
	/** InRelease: the text with an inline signature. */
	clearsign(text: string, date?: Date): Promise<string>;
}

export interface ArchiveKeyOptions {
	/** When the key was made; before the first signature. */
	readonly date?: Date;
	readonly expiresAfterSeconds?: number;
}

/** Ed25519 in its older form (EdDSA), which apt's gpgv of bookworm verifies too. */
export async function makeArchiveKey(options: ArchiveKeyOptions = {}): Promise<ArchiveKey> {
	const {privateKey, publicKey} = await generateKey({
		type: 'ecc',
		curve: 'ed25519Legacy',
		userIDs: [{name: 'Test Archive Signing Key', email: 'ftpmaster@example.org'}],
		date: options.date ?? new Date('2024-01-01T00:00:00Z'),
		...(options.expiresAfterSeconds === undefined ? {} : {keyExpirationTime: options.expiresAfterSeconds}),
		format: 'object',
	});
	return {
		keyring: publicKey.write(),
		armoredPublicKey: publicKey.armor(),
		fingerprint: publicKey.getFingerprint(),
		clearsign: (text, date = new Date()) => clearsign(privateKey, text, date),
	};
}

async function clearsign(privateKey: PrivateKey, text: string, date: Date): Promise<string> {
	const message = await createCleartextMessage({text});
	return sign({message, signingKeys: privateKey, date});
}
