/** The parts of SPDX 2.3 that Slipway writes (JSON names of its schema). */
export interface SpdxDocument {
	readonly spdxVersion: 'SPDX-2.3';
	readonly dataLicense: 'CC0-1.0';
	readonly SPDXID: 'SPDXRef-DOCUMENT';
	readonly name: string;
	readonly documentNamespace: string;
	readonly creationInfo: {readonly created: string; readonly creators: readonly string[]};
	readonly packages: readonly SpdxPackage[];
	readonly files: readonly SpdxFile[];
	readonly relationships: readonly SpdxRelationship[];
	readonly hasExtractedLicensingInfos: readonly {
		readonly licenseId: string;
		readonly name: string;
		readonly extractedText: string;
	}[];
}

export interface SpdxPackage {
	readonly SPDXID: string;
	readonly name: string;
	readonly versionInfo: string;
	readonly packageFileName?: string;
	readonly supplier: string;
	readonly originator?: string;
	readonly downloadLocation: string;
	readonly filesAnalyzed: boolean;
	readonly packageVerificationCode?: {readonly packageVerificationCodeValue: string};
	readonly checksums?: readonly SpdxChecksum[];
	readonly homepage?: string;
	readonly sourceInfo?: string;
	readonly licenseConcluded: string;
	readonly licenseDeclared: string;
	readonly licenseInfoFromFiles?: readonly string[];
	readonly copyrightText: string;
	readonly summary?: string;
	readonly primaryPackagePurpose?: 'CONTAINER' | 'OPERATING_SYSTEM' | 'OTHER';
	readonly externalRefs?: readonly {
		readonly referenceCategory: 'PACKAGE-MANAGER';
		readonly referenceType: 'purl';
		readonly referenceLocator: string;
	}[];
	readonly hasFiles?: readonly string[];
	readonly annotations?: readonly SpdxAnnotation[];
}

export interface SpdxFile {
	readonly SPDXID: string;
	readonly fileName: string;
	readonly checksums: readonly SpdxChecksum[];
	readonly licenseConcluded: string;
	readonly licenseInfoInFiles: readonly string[];
	readonly copyrightText: string;
	readonly annotations?: readonly SpdxAnnotation[];
}

export interface SpdxChecksum {
	readonly algorithm: 'SHA1' | 'SHA256';
	readonly checksumValue: string;
}

export interface SpdxAnnotation {
	readonly annotationType: 'OTHER';
	readonly annotator: string;
	readonly annotationDate: string;
	readonly comment: string;
}

export interface SpdxRelationship {
	readonly spdxElementId: string;
	readonly relationshipType: 'DESCRIBES' | 'CONTAINS' | 'DEPENDS_ON';
	readonly relatedSpdxElement: string;
}
