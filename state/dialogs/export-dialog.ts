import type {TextField} from '../fields/text-field.ts';

export interface ExportedImage {
	readonly image: string;
	readonly tag: string;
}

/** Where images go, in the transport notation: one to a file or a folder, several into a folder. */
export interface ExportDialog {
	readonly kind: 'export';
	readonly images: readonly ExportedImage[];
	readonly field: TextField;
	readonly problem: string | null;
}

export const exportKinds = ['docker-archive', 'oci-archive', 'oci'] as const;
export type ExportKind = (typeof exportKinds)[number];

export function exportTitle(images: readonly ExportedImage[]): string {
	const [only] = images;
	return images.length === 1 && only ? `Export ${only.image}:${only.tag}` : `Export ${images.length} images`;
}

/** What is proposed: beside where the program was started. */
export function proposedDestination(kind: ExportKind, images: readonly ExportedImage[]): string {
	const [only] = images;
	return images.length === 1 && only ? destinationIn(kind, '', only) : `${kind}:.`;
}

/** Of one image in a folder; of each of several, a file of its own, or a folder for all tags of an image. */
export function destinationIn(kind: ExportKind, folder: string, {image, tag}: ExportedImage): string {
	const place = folder === '' ? '' : `${folder.replace(/\/+$/u, '')}/`;
	return kind === 'oci' ? `oci:${place}${image}:${tag}` : `${kind}:${place}${image}-${tag}.tar`;
}
