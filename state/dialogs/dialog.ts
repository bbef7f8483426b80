import type {ConfigField} from '../composer/details.ts';
import type {TextField} from '../fields/text-field.ts';
import type {ListCursor} from '../lists/list-window.ts';
import type {CommandId} from '../keys/key-map.ts';
import type {PublishDialog} from './publish-dialog.ts';
import type {KeyBindingsDialog} from './key-bindings.ts';
import type {TextDialog} from './text-dialog.ts';

/** What lies over a screen and takes the keys; one at a time. */
export type Dialog =
	| DeleteDialog
	| {readonly kind: 'duplicate'; readonly name: string; readonly field: TextField; readonly problem: string | null}
	| VariableDialog
	| ReviewDialog
	| BundleDialog
	/** A field of the image's configuration. */
	| {readonly kind: 'detail'; readonly name: ConfigField; readonly field: TextField; readonly problem: string | null}
	/** The file or folder that an image is exported to, in the transport notation. */
	| {
			readonly kind: 'export';
			readonly image: string;
			readonly tag: string;
			readonly field: TextField;
			readonly problem: string | null;
	  }
	| TextDialog
	| KeyBindingsDialog
	| {
			readonly kind: 'palette';
			readonly field: TextField;
			readonly cursor: ListCursor;
			readonly choices: readonly CommandId[];
	  }
	| {readonly kind: 'menu'; readonly title: string; readonly text: string; readonly choices: readonly MenuChoice[]}
	| SettingsDialog
	| PublishDialog;

export interface MenuChoice {
	readonly label: string;
	readonly value: ChoiceId;
}

export const choiceIds = [
	'draft/continue',
	'draft/drop',
	'bundle/certificates',
	'bundle/paste',
	'bundle/files',
	'export/docker-archive',
	'export/oci-archive',
	'export/oci',
] as const;
/** Or the build's own suggestions, by their places. */
export type ChoiceId = (typeof choiceIds)[number] | `fix/${string}`;

/** Deleting asks for the name to be typed. */
export interface DeleteDialog {
	readonly kind: 'delete';
	readonly what: 'image' | 'bundle';
	readonly name: string;
	/** What goes, or who misses it. */
	readonly text: string;
	readonly field: TextField;
	readonly problem: string | null;
}

/** A new file bundle, or a new version of one. */
export interface BundleDialog {
	readonly kind: 'bundle';
	readonly content: 'certificates' | 'files';
	/** The bundle that gets a new version; its name is fixed. */
	readonly of: string | null;
	/** Certificates that were pasted; then no path is asked for. */
	readonly pem: string | null;
	readonly name: TextField;
	/** A file or folder of this host. */
	readonly path: TextField;
	/** Folder in the image, for files. */
	readonly target: TextField;
	readonly focus: BundleField;
	readonly problem: string | null;
}

export type BundleField = 'name' | 'path' | 'target';

/** The fields that are asked for, in their order. */
export function bundleFields({content, of, pem}: BundleDialog): readonly BundleField[] {
	return [
		...(of === null ? (['name'] as const) : []),
		...(pem === null ? (['path'] as const) : []),
		...(content === 'files' ? (['target'] as const) : []),
	];
}

export interface VariableDialog {
	readonly kind: 'variable';
	/** The name before the edit; null for a new variable. */
	readonly renamed: string | null;
	readonly name: TextField;
	readonly value: TextField;
	readonly focus: 'name' | 'value';
	readonly problem: string | null;
}

export interface ReviewDialog {
	readonly kind: 'review';
	readonly purpose: 'build' | 'save';
	readonly name: TextField;
	readonly description: TextField;
	readonly focus: 'name' | 'description';
	readonly problem: string | null;
}

export interface SettingsDialog {
	readonly kind: 'settings';
	readonly cursor: ListCursor;
	/** The value being typed; null while the list has the keys. */
	readonly field: TextField | null;
	readonly problem: string | null;
}
