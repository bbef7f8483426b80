import {Ajv} from 'ajv';
import formats from 'ajv-formats';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {readSpdxPackages} from '../../src/image/sbom-packages.ts';
import {attachedDocuments} from '../../src/sbom/attached-documents.ts';
import {cycloneDxDocument} from '../../src/sbom/cyclonedx.ts';
import {provenanceStatement} from '../../src/sbom/provenance.ts';
import {spdxDocument} from '../../src/sbom/spdx.ts';
import {sbomTable} from '../../src/sbom/table.ts';
import {certificateInput, sampleInput} from './sample-line.ts';
import {spdxProblems} from './spdx-check.ts';

interface CycloneDx {
	readonly serialNumber: string;
	readonly metadata: {
		readonly timestamp: string;
		readonly authors: readonly {readonly name: string}[];
		readonly component: CycloneComponent;
	};
	readonly components: readonly CycloneComponent[];
	readonly dependencies: readonly {readonly ref: string; readonly dependsOn?: readonly string[]}[];
}

interface CycloneComponent {
	readonly type: string;
	readonly name: string;
	readonly version?: string;
	readonly 'bom-ref': string;
	readonly purl?: string;
	readonly supplier?: {readonly name: string};
	readonly hashes?: readonly {readonly alg: string; readonly content: string}[];
	readonly properties?: readonly {readonly name: string; readonly value: string}[];
	readonly licenses?: readonly {readonly expression?: string}[];
	readonly components?: readonly CycloneComponent[];
}

const cycloneDx = (input = sampleInput()) => JSON.parse(cycloneDxDocument(input)) as CycloneDx;
const valuesOf = (component: CycloneComponent | undefined, name: string) =>
	component?.properties?.filter(property => property.name === name).map(property => property.value);

describe('CycloneDX 1.6', () => {
	test('holds to the published schema', () => {
		const folder = join(
			dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
			'res/schema',
		);
		const schema = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object;
		const ajv = new Ajv({strict: false, allErrors: true, formats: {'iri-reference': true, 'idn-email': true}});
		formats.default(ajv);
		for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json']) {
			ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}`);
		}
		const validate = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
		for (const input of [sampleInput(), certificateInput()]) {
			validate(cycloneDx(input));
			expect(validate.errors).toBeNull();
		}
		expect(validate({bomFormat: 'CycloneDX', specVersion: '1.6', components: [{name: 'x'}]})).toBe(false);
	});

	test('tells role, auto package, skipped autos and the names of variables, never their values', () => {
		const {metadata, components} = cycloneDx();
		const curl = components.find(component => component.name === 'php8.4-curl');
		expect(valuesOf(curl, 'slipway:role')).toEqual(['added']);
		expect(valuesOf(curl, 'slipway:requested-as')).toEqual(['php-curl-auto']);
		expect(valuesOf(metadata.component, 'slipway:skipped-auto')).toEqual(['php-imagick-auto']);
		expect(valuesOf(metadata.component, 'slipway:variable')).toEqual(['APP_SECRET']);
		expect(cycloneDxDocument(sampleInput())).not.toContain('hunter2');
	});

	test('has what is in the image and nothing else', () => {
		expect(
			cycloneDx()
				.components.map(component => `${component.type} ${component.name}`)
				.sort(),
		).toEqual([
			'data nginx-conf',
			'library libc6',
			'library libgcc-s1',
			'library libstdc++6',
			'library php8.4-curl',
			'library php8.4-fpm',
			'operating-system debian',
		]);
	});

	test('every component is reached from the image', () => {
		const {metadata, components, dependencies} = cycloneDx();
		const edges = new Map(dependencies.map(({ref, dependsOn = []}) => [ref, dependsOn]));
		const reached = new Set<string>();
		const visit = (ref: string) => {
			if (reached.has(ref)) return;
			reached.add(ref);
			edges.get(ref)?.forEach(visit);
		};
		visit(metadata.component['bom-ref']);
		const missing = components.filter(component => !reached.has(component['bom-ref'])).map(({name}) => name);
		expect(missing).toEqual([]);
	});

	test('has the minimum elements of NTIA', () => {
		const {metadata, components, dependencies} = cycloneDx();
		expect(metadata.timestamp).toBe('2025-11-23T12:13:20Z');
		expect(metadata.authors).toEqual([{name: 'Slipway'}]);
		for (const component of components.filter(({type}) => type === 'library')) {
			expect(component).toMatchObject({
				name: expect.stringMatching(/./) as string,
				version: expect.stringMatching(/./) as string,
				purl: expect.stringMatching(/^pkg:deb\//) as string,
				supplier: {name: 'Debian'},
			});
		}
		expect(dependencies.some(({dependsOn = []}) => dependsOn.length > 0)).toBe(true);
	});
});

describe('SPDX 2.3', () => {
	test.each([
		['a line with files', sampleInput()],
		['a line with certificates', certificateInput()],
	])('%s holds to the specification', (_, input) => {
		expect(spdxProblems(JSON.parse(JSON.stringify(spdxDocument(input))))).toEqual([]);
	});

	// The schema is not ours to hand on: schemas/spdx-schema.json of spdx/spdx-spec, branch support/2.3.
	const published = process.env['SLIPWAY_SPDX_SCHEMA'];
	test.skipIf(published === undefined)(
		`holds to the published schema${published === undefined ? ' [skipped: SLIPWAY_SPDX_SCHEMA names no file]' : ''}`,
		() => {
			const ajv = new Ajv({strict: false, allErrors: true});
			formats.default(ajv);
			const validate = ajv.compile(JSON.parse(readFileSync(published ?? '', 'utf8')) as object);
			for (const input of [sampleInput(), certificateInput()]) {
				validate(JSON.parse(JSON.stringify(spdxDocument(input))));
				expect(validate.errors).toBeNull();
			}
		},
	);

	test('has the minimum elements of NTIA', () => {
		const {creationInfo, packages, relationships} = spdxDocument(sampleInput());
		expect(creationInfo.created).toBe('2025-11-23T12:13:20Z');
		expect(creationInfo.creators).toContain('Organization: Slipway');
		for (const entry of packages.filter(({SPDXID}) => SPDXID.startsWith('SPDXRef-Package-'))) {
			expect(entry).toMatchObject({
				name: expect.stringMatching(/./) as string,
				versionInfo: expect.stringMatching(/./) as string,
				supplier: 'Organization: Debian',
				checksums: [{algorithm: 'SHA256', checksumValue: expect.stringMatching(/^[0-9a-f]{64}$/) as string}],
				externalRefs: [{referenceType: 'purl', referenceLocator: expect.stringMatching(/^pkg:deb\//) as string}],
			});
			expect(relationships.some(({relatedSpdxElement}) => relatedSpdxElement === entry.SPDXID)).toBe(true);
		}
	});

	test('the check sees what is wrong', () => {
		const document = JSON.parse(JSON.stringify(spdxDocument(sampleInput()))) as {relationships: object[]};
		document.relationships.push({spdxElementId: 'SPDXRef-None', relationshipType: 'CONTAINS', relatedSpdxElement: 'x'});
		expect(spdxProblems(document)).not.toEqual([]);
		expect(spdxProblems({...document, relationships: [], dataLicense: 'MIT'})).not.toEqual([]);
	});

	test('describes the image, which contains packages, which depend on packages', () => {
		const {relationships} = spdxDocument(sampleInput());
		const lines = relationships.map(
			({spdxElementId, relationshipType, relatedSpdxElement}) =>
				`${spdxElementId.slice(8)} ${relationshipType} ${relatedSpdxElement.slice(8)}`,
		);
		expect(lines).toEqual([
			'DOCUMENT DESCRIBES Image',
			'Image CONTAINS OperatingSystem',
			'Image CONTAINS Package-libc6',
			'Image CONTAINS Package-libgcc-s1',
			'Image CONTAINS Package-libstdc.P.P6',
			'Image CONTAINS Package-php8.4-curl',
			'Image CONTAINS Package-php8.4-fpm',
			'Image CONTAINS Bundle-nginx-conf',
			'Package-libc6 DEPENDS_ON Package-libgcc-s1',
			'Package-libgcc-s1 DEPENDS_ON Package-libc6',
			'Package-libstdc.P.P6 DEPENDS_ON Package-libc6',
			'Package-php8.4-curl DEPENDS_ON Package-libc6',
			'Package-php8.4-curl DEPENDS_ON Package-php8.4-fpm',
			'Package-php8.4-fpm DEPENDS_ON Package-libc6',
			'Package-php8.4-fpm DEPENDS_ON Package-libstdc.P.P6',
			expect.stringMatching(/^Bundle-nginx-conf CONTAINS File-nginx-conf-[0-9a-f]{16}$/),
		]);
	});

	test('licences come from copyright files; what they call by an own name is explained', () => {
		const {packages, hasExtractedLicensingInfos} = spdxDocument(sampleInput());
		const declared = Object.fromEntries(packages.map(entry => [entry.name, entry.licenseDeclared]));
		expect(declared).toMatchObject({
			'libgcc-s1': 'LicenseRef-GPL-3-or-later-with-GCC-exception',
			libc6: 'LicenseRef-common-licenses-LGPL-2.1',
			'php8.4-curl': 'NOASSERTION',
		});
		expect(hasExtractedLicensingInfos.map(({licenseId}) => licenseId)).toEqual([
			'LicenseRef-GPL-3-or-later-with-GCC-exception',
			'LicenseRef-common-licenses-LGPL-2.1',
		]);
	});

	test('is read back as packages, and shown as a table', () => {
		const packages = readSpdxPackages(Buffer.from(JSON.stringify(spdxDocument(sampleInput()))));
		expect(packages.find(entry => entry.name === 'php8.4-curl')).toMatchObject({
			version: '8.4.11-1~deb13u1',
			architecture: 'amd64',
			role: 'added',
			requestedAs: 'php-curl-auto',
			installedSizeBytes: 4096,
			dependencies: ['libc6', 'php8.4-fpm'],
		});
		expect(sbomTable(packages).split('\n')).toEqual([
			'PACKAGE      VERSION           ARCH   ROLE                   LICENCE',
			'php8.4-curl  8.4.11-1~deb13u1  amd64  added (php-curl-auto)  -',
			'php8.4-fpm   1.0-1             amd64  starter                -',
			'libc6        2.41-12+deb13u1   amd64  dependency             LicenseRef-common-licenses-LGPL-2.1',
			'libgcc-s1    1.0-1             amd64  dependency             LicenseRef-GPL-3-or-later-with-GCC-exception',
			'libstdc++6   1:14.2.0-19       amd64  dependency             -',
		]);
	});
});

describe('bundles', () => {
	test('their files have hashes; certificates say whose they are', () => {
		const {components} = cycloneDx(certificateInput());
		const [file] = components.find(component => component.name === 'corp-ca')?.components ?? [];
		expect(file).toMatchObject({
			type: 'file',
			name: '/usr/local/share/ca-certificates/corp-ca/corp.crt',
			hashes: [{alg: 'SHA-256', content: expect.stringMatching(/^[0-9a-f]{64}$/) as string}],
		});
		expect(valuesOf(file, 'slipway:certificate-subject')).toEqual(['O=Example, CN=Example Root']);
	});
});

describe('provenance', () => {
	test('names every material, build-only ones too, with place and hash', () => {
		const {subject, predicate} = provenanceStatement(sampleInput());
		expect(subject).toEqual([{name: 'php-api', digest: {sha256: '1'.repeat(64)}}]);
		const materials = predicate.buildDefinition.resolvedDependencies;
		expect(materials.map(({name}) => name)).toEqual([
			'dpkg',
			'libc6',
			'libgcc-s1',
			'libstdc++6',
			'php8.4-curl',
			'php8.4-fpm',
			'bundle nginx-conf 3: /etc/nginx/conf.d/a.conf',
		]);
		expect(materials[4]).toEqual({
			name: 'php8.4-curl',
			uri: 'pkg:deb/debian/php8.4-curl@8.4.11-1~deb13u1?arch=amd64&distro=debian-13&upstream=php8.4%408.4.11-1~deb13u1',
			digest: {sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string},
			downloadLocation:
				'http://ftp.debian.org/debian-security/pool/main/p/php8.4-curl/php8.4-curl_8.4.11-1~deb13u1_amd64.deb',
		});
		for (const {uri, digest} of materials) {
			expect(URL.canParse(uri ?? '')).toBe(true);
			expect(digest['sha256']).toMatch(/^[0-9a-f]{64}$/);
		}
	});

	test('keeps values of variables out', () => {
		const text = JSON.stringify(provenanceStatement(sampleInput()));
		expect(text).toContain('APP_SECRET');
		expect(text).not.toContain('hunter2');
	});
});

test('the same input gives the same bytes; another image another namespace and serial number', () => {
	const bytes = (input = sampleInput()) =>
		attachedDocuments(input).map(({content}) => Buffer.from(content).toString('base64'));
	const shuffled = sampleInput();
	expect(bytes({...shuffled, line: {...shuffled.line, packages: shuffled.line.packages.toReversed()}})).toEqual(
		bytes(),
	);
	const other = sampleInput({image: 'other'});
	expect(spdxDocument(other).documentNamespace).not.toBe(spdxDocument(sampleInput()).documentNamespace);
	expect(cycloneDx(other).serialNumber).not.toBe(cycloneDx().serialNumber);
	expect(cycloneDx().serialNumber).toMatch(
		/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
	);
});
