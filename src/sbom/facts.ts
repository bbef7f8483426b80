import {X509Certificate} from 'node:crypto';
import type {PlannedPackage} from '../plan/plan.ts';
import type {SbomBundle, SbomInput} from './sbom-input.ts';

/** Facts that neither format has a field for, as `slipway:NAME` with a value: CycloneDX properties, SPDX annotations. */
export type Facts = readonly (readonly [name: string, value: string])[];

export function packageFacts(entry: PlannedPackage): Facts {
	return [
		['slipway:role', entry.role],
		...(entry.requestedAs === null ? [] : [['slipway:requested-as', entry.requestedAs] as const]),
		['slipway:suite', entry.suite],
		['slipway:installed-size', String(entry.installedSize)],
	];
}

/** Variables by name only: a value may be a secret. */
export function imageFacts({starter, variant, line}: SbomInput): Facts {
	return [
		['slipway:starter', starter],
		['slipway:line', line.line],
		['slipway:variant', variant],
		...line.skippedAutos.map(name => ['slipway:skipped-auto', name] as const),
		...Object.keys(line.config.env)
			.sort()
			.map(name => ['slipway:variable', name] as const),
	];
}

export function bundleFacts(bundle: SbomBundle): Facts {
	return [
		['slipway:role', 'bundle'],
		['slipway:bundle-kind', bundle.kind],
	];
}

export function fileFacts(bundle: SbomBundle, content: Uint8Array): Facts {
	if (bundle.kind !== 'certificates') return [];
	try {
		const {subject, fingerprint256, validToDate} = new X509Certificate(content);
		return [
			['slipway:certificate-subject', (subject ?? '').split('\n').join(', ')],
			['slipway:certificate-sha256', fingerprint256],
			['slipway:certificate-expires', validToDate.toISOString()],
		];
	} catch {
		// The file repository has checked it; a document about an image does not refuse one.
		return [];
	}
}
