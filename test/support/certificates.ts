import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export interface MadeCertificate {
	readonly certificate: string;
	readonly key: string;
}

/** A fresh self-signed certificate and its key, in PEM, made by openssl. */
export function makeCertificate(
	commonName: string,
	options: {readonly authority?: boolean; readonly names?: string} = {},
): MadeCertificate {
	const folder = mkdtempSync(join(tmpdir(), 'slipway-cert-'));
	try {
		const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
		const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 400'.split(' ');
		execFileSync('openssl', [
			...request,
			'-subj',
			`/O=Example/CN=${commonName}`,
			'-keyout',
			keyFile,
			'-out',
			certificateFile,
			...(options.authority === false ? ['-addext', 'basicConstraints=critical,CA:FALSE'] : []),
			...(options.names === undefined ? [] : ['-addext', `subjectAltName=${options.names}`]),
		]);
		return {certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8')};
	} finally {
		rmSync(folder, {recursive: true});
	}
}

export interface MadeServer {
	readonly name: string;
	readonly certificate: string;
	readonly key: string;
	/** Both in one, under the password `smoke`. */
	readonly pkcs12: Buffer;
}

/**
 * An authority, and servers called localhost: it vouches for the first; the others vouch for themselves.
 */
export function makeAuthority(
	commonName: string,
	names: readonly [trusted: string, ...strangers: readonly string[]],
): {readonly authority: string; readonly servers: readonly MadeServer[]} {
	const folder = mkdtempSync(join(tmpdir(), 'slipway-authority-'));
	const file = (name: string) => join(folder, name);
	const selfSigned = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 400'.split(' ');
	const server = '-subj /CN=localhost -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE';
	try {
		const [caKey, caFile] = [file('ca.key'), file('ca.crt')];
		// Python 3.13 and newer refuse an authority that does not say what its key is for: RFC 5280, 4.2.1.3.
		const issuer = ['-subj', `/O=Example/CN=${commonName}`, '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
		execFileSync('openssl', [...selfSigned, ...issuer, '-keyout', caKey, '-out', caFile]);
		const servers = names.map((name, place): MadeServer => {
			const [key, certificate, pkcs12] = [file(`${name}.key`), file(`${name}.crt`), file(`${name}.p12`)];
			const signed = place === 0 ? ['-CA', caFile, '-CAkey', caKey] : [];
			execFileSync('openssl', [...selfSigned, ...server.split(' '), ...signed, '-keyout', key, '-out', certificate]);
			const archive = [
				'pkcs12',
				'-export',
				'-passout',
				'pass:smoke',
				'-inkey',
				key,
				'-in',
				certificate,
				'-out',
				pkcs12,
			];
			execFileSync('openssl', archive);
			return {
				name,
				certificate: readFileSync(certificate, 'utf8'),
				key: readFileSync(key, 'utf8'),
				pkcs12: readFileSync(pkcs12),
			};
		});
		return {authority: readFileSync(file('ca.crt'), 'utf8'), servers};
	} finally {
		rmSync(folder, {recursive: true});
	}
}
