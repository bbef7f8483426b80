import {createPrivateKey, X509Certificate} from 'node:crypto';
import {SlipwayError} from '../../base/errors.ts';

/** What a person wants to see of a certificate before trusting it. */
export interface CertificateFacts {
	/** One line: `CN=Example Root, O=Example`. */
	readonly subject: string;
	readonly issuer: string;
	/** DNS names and addresses, `DNS:example.org`. */
	readonly alternativeNames: readonly string[];
	readonly serialNumber: string;
	/** SHA-256, `AB:CD:…`. */
	readonly fingerprint: string;
	/** ISO 8601. */
	readonly validFrom: string;
	readonly validTo: string;
	readonly isAuthority: boolean;
}

export interface Certificate {
	readonly facts: CertificateFacts;
	/** PEM (RFC 7468) with nothing before or after it. */
	readonly pem: string;
}

const certificateBlock =
	/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The certificates of a PEM or DER file. Throws `bad-input` if there are none or one cannot be parsed. */
export function parseCertificates(name: string, content: Uint8Array): readonly Certificate[] {
	const text = Buffer.from(content).toString('latin1');
	if (/-----BEGIN TRUSTED CERTIFICATE-----/.test(text)) {
		throw new SlipwayError('bad-input', `${name} holds an OpenSSL "TRUSTED CERTIFICATE".`, {
			hint: 'Convert it: openssl x509 -in FILE -out FILE.crt',
		});
	}
	const blocks = text.match(certificateBlock);
	const begun = text.match(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/g)?.length ?? 0;
	if (blocks === null && begun === 0) return [parse(name, content)];
	if (blocks?.length !== begun) {
		throw new SlipwayError('bad-input', `${name} holds a certificate that breaks off.`, {hint: 'Copy the file again.'});
	}
	return blocks.map((block, index) => parse(begun === 1 ? name : `${name} (certificate ${index + 1})`, block));
}

function parse(name: string, content: string | Uint8Array): Certificate {
	let certificate: X509Certificate;
	try {
		certificate = new X509Certificate(content);
	} catch (cause) {
		throw new SlipwayError('bad-input', `${name} is not a certificate in PEM or DER form.`, {
			hint: 'Use --kind files for other files.',
			cause,
		});
	}
	return {
		facts: {
			subject: oneLine(certificate.subject),
			issuer: oneLine(certificate.issuer),
			alternativeNames: certificate.subjectAltName?.split(', ') ?? [],
			serialNumber: certificate.serialNumber,
			fingerprint: certificate.fingerprint256,
			validFrom: certificate.validFromDate.toISOString(),
			validTo: certificate.validToDate.toISOString(),
			isAuthority: certificate.ca,
		},
		pem: certificate.toString(),
	};
}

/** Node gives one attribute a line. */
function oneLine(name: string | undefined): string {
	return (name ?? '').split('\n').join(', ');
}

/** Whether a file holds a private key: PEM of any kind (OpenSSL, OpenSSH, PGP), or DER. */
export function holdsPrivateKey(content: Uint8Array): boolean {
	const text = Buffer.from(content).toString('latin1');
	if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-/.test(text)) return true;
	// DER begins with a SEQUENCE; an encrypted PKCS #8 key needs its passphrase and is not recognised.
	if (content[0] !== 0x30) return false;
	const key = Buffer.from(content);
	return (['pkcs8', 'pkcs1', 'sec1'] as const).some(type => {
		try {
			createPrivateKey({key, format: 'der', type});
			return true;
		} catch {
			return false;
		}
	});
}

/** Sentences about a certificate that a person should know of; it is taken nevertheless. */
export function certificateWarnings(name: string, facts: CertificateFacts, now = new Date()): readonly string[] {
	const day = (iso: string) => iso.slice(0, 10);
	const daysLeft = (Date.parse(facts.validTo) - now.getTime()) / 86_400_000;
	return [
		...(daysLeft < 0 ? [`${name} expired on ${day(facts.validTo)}.`] : []),
		...(daysLeft >= 0 && daysLeft < 30 ? [`${name} expires on ${day(facts.validTo)}.`] : []),
		...(Date.parse(facts.validFrom) > now.getTime() ? [`${name} is not valid before ${day(facts.validFrom)}.`] : []),
		...(facts.isAuthority ? [] : [`${name} is not a certificate authority: it vouches for itself alone.`]),
	];
}
