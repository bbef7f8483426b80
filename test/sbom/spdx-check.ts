import {Ajv, type JSONSchemaType} from 'ajv';
import formats from 'ajv-formats';

/**
 * The mandatory parts of SPDX 2.3, from the clauses of the specification: structure by a schema, then what no schema
 * can say (references resolve, identifiers are unique, licence references are explained).
 */
const id = {type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$'};
const text = {type: 'string', minLength: 1, pattern: '^[^\\n]+$'};
const instant = {type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$', format: 'date-time'};
const party = {type: 'string', pattern: '^(NOASSERTION|(Person|Organization): [^()]+( \\([^()\\s]+@[^()\\s]+\\))?)$'};
const licence = {type: 'string', pattern: '^(NOASSERTION|NONE|[A-Za-z0-9.+() -]+)$'};
const checksums = {
	type: 'array',
	minItems: 1,
	items: {
		oneOf: [
			{properties: {algorithm: {const: 'SHA1'}, checksumValue: {pattern: '^[0-9a-f]{40}$'}}},
			{properties: {algorithm: {const: 'SHA256'}, checksumValue: {pattern: '^[0-9a-f]{64}$'}}},
		],
		required: ['algorithm', 'checksumValue'],
	},
};
const annotations = {
	type: 'array',
	items: {
		type: 'object',
		required: ['annotationType', 'annotator', 'annotationDate', 'comment'],
		properties: {
			annotationType: {enum: ['OTHER', 'REVIEW']},
			annotator: {type: 'string', pattern: '^(Person|Organization|Tool): '},
			annotationDate: instant,
			comment: text,
		},
		additionalProperties: false,
	},
};

const schema = {
	type: 'object',
	required: ['spdxVersion', 'dataLicense', 'SPDXID', 'name', 'documentNamespace', 'creationInfo', 'packages'],
	properties: {
		spdxVersion: {const: 'SPDX-2.3'},
		dataLicense: {const: 'CC0-1.0'},
		SPDXID: {const: 'SPDXRef-DOCUMENT'},
		name: text,
		documentNamespace: {type: 'string', format: 'uri', pattern: '^[^#]+$'},
		creationInfo: {
			type: 'object',
			required: ['created', 'creators'],
			properties: {
				created: instant,
				creators: {type: 'array', minItems: 2, items: {type: 'string', pattern: '^(Tool|Organization|Person): .'}},
			},
			additionalProperties: false,
		},
		packages: {
			type: 'array',
			items: {
				type: 'object',
				required: ['SPDXID', 'name', 'downloadLocation', 'versionInfo', 'supplier'],
				properties: {
					SPDXID: id,
					name: text,
					versionInfo: text,
					packageFileName: text,
					supplier: party,
					originator: party,
					downloadLocation: {enum: ['NOASSERTION', 'NONE']},
					filesAnalyzed: {type: 'boolean'},
					packageVerificationCode: {
						type: 'object',
						required: ['packageVerificationCodeValue'],
						properties: {packageVerificationCodeValue: {type: 'string', pattern: '^[0-9a-f]{40}$'}},
					},
					checksums,
					homepage: {type: 'string', format: 'uri'},
					sourceInfo: text,
					licenseConcluded: licence,
					licenseDeclared: licence,
					licenseInfoFromFiles: {type: 'array', items: licence},
					copyrightText: text,
					summary: {type: 'string'},
					primaryPackagePurpose: {
						enum: ['APPLICATION', 'LIBRARY', 'CONTAINER', 'OPERATING_SYSTEM', 'FILE', 'SOURCE', 'OTHER'],
					},
					externalRefs: {
						type: 'array',
						items: {
							properties: {
								referenceCategory: {const: 'PACKAGE-MANAGER'},
								referenceType: {const: 'purl'},
								referenceLocator: {type: 'string', pattern: '^pkg:[a-z]+/[^\\s]+$'},
							},
							required: ['referenceCategory', 'referenceType', 'referenceLocator'],
						},
					},
					hasFiles: {type: 'array', items: id},
					annotations,
				},
				additionalProperties: false,
				// Clause 7.9: a verification code if files were analysed, none otherwise.
				oneOf: [
					{properties: {filesAnalyzed: {const: true}}, required: ['packageVerificationCode']},
					{
						properties: {filesAnalyzed: {const: false}},
						not: {anyOf: [{required: ['packageVerificationCode']}, {required: ['hasFiles']}]},
					},
				],
			},
		},
		files: {
			type: 'array',
			items: {
				type: 'object',
				required: ['SPDXID', 'fileName', 'checksums'],
				properties: {
					SPDXID: id,
					fileName: {type: 'string', pattern: '^\\./'},
					checksums: {...checksums, contains: {properties: {algorithm: {const: 'SHA1'}}}},
					licenseConcluded: licence,
					licenseInfoInFiles: {type: 'array', items: licence},
					copyrightText: text,
					annotations,
				},
				additionalProperties: false,
			},
		},
		relationships: {
			type: 'array',
			items: {
				type: 'object',
				required: ['spdxElementId', 'relationshipType', 'relatedSpdxElement'],
				properties: {relationshipType: {enum: ['DESCRIBES', 'CONTAINS', 'DEPENDS_ON']}},
			},
		},
		hasExtractedLicensingInfos: {
			type: 'array',
			items: {
				required: ['licenseId', 'extractedText'],
				properties: {licenseId: {type: 'string', pattern: '^LicenseRef-[A-Za-z0-9.-]+$'}, extractedText: text},
			},
		},
	},
	additionalProperties: false,
};

interface Elements {
	readonly SPDXID: string;
	readonly packages: readonly {readonly SPDXID: string; readonly licenseDeclared: string}[];
	readonly files: readonly {readonly SPDXID: string}[];
	readonly relationships: readonly {readonly spdxElementId: string; readonly relatedSpdxElement: string}[];
	readonly hasExtractedLicensingInfos: readonly {readonly licenseId: string}[];
}

const ajv = new Ajv({allErrors: true, strict: false});
formats.default(ajv);
const validate = ajv.compile<Elements>(schema as unknown as JSONSchemaType<Elements>);

export function spdxProblems(document: unknown): readonly string[] {
	if (!validate(document)) return (validate.errors ?? []).map(error => `${error.instancePath} ${error.message ?? ''}`);
	const ids = [document.SPDXID, ...[...document.packages, ...document.files].map(element => element.SPDXID)];
	const known = new Set(ids);
	const explained = new Set(document.hasExtractedLicensingInfos.map(info => info.licenseId));
	const licences = document.packages.flatMap(entry => entry.licenseDeclared.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? []);
	return [
		...(known.size === ids.length ? [] : ['identifiers are not unique']),
		...document.relationships
			.flatMap(relation => [relation.spdxElementId, relation.relatedSpdxElement])
			.filter(element => !known.has(element))
			.map(element => `${element} does not exist`),
		...licences.filter(reference => !explained.has(reference)).map(reference => `${reference} is not explained`),
	];
}
