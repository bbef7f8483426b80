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
