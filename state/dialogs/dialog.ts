import type {ConfigField} from '../composer/details.ts';
import {emptyField, type TextField} from '../fields/text-field.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';
import type {CommandId} from '../keys/key-map.ts';
import type {ExportDialog} from './export-dialog.ts';
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
	| ExportDialog
	| TextDialog
	| KeyBindingsDialog
	| {
			readonly kind: 'palette';
			readonly field: TextField;
			readonly cursor: ListCursor;
			readonly choices: readonly CommandId[];
			/** Of the choices those that were run before, the last first. */
			readonly recent: readonly CommandId[];
	  }
	| MenuDialog
	| SettingsDialog
	| PublishDialog;

export interface MenuDialog {
	readonly kind: 'menu';
	readonly title: string;
	/** Lines of its own stay lines. */
	readonly text: string;
	readonly choices: readonly MenuChoice[];
	/** The text that the choices are about. */
	readonly edit?: TextEdit;
}

/** A text that is edited in $EDITOR, and could not be saved. */
export interface TextEdit {
	readonly about: {readonly kind: 'image'; readonly name: string} | {readonly kind: 'draft'} | {readonly kind: 'rules'};
	/** Where the text is, and what it was. */
	readonly draft: {readonly file: string; readonly before: string};
}

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
	'edit/again',
	'edit/leave',
] as const;
/** Or the build's own suggestions, by their places. */
export type ChoiceId = (typeof choiceIds)[number] | `fix/${string}`;

/** Deleting asks for the name to be typed. */
export interface DeleteDialog {
	readonly kind: 'delete';
	readonly what: 'image' | 'bundle';
	/** All that goes. */
	readonly names: readonly string[];
	/** What has to be typed: the name, or how many they are. */
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
	readonly filter: TextField;
	/** The filter has the keys. */
	readonly isTyping: boolean;
}

export const freshSettings: SettingsDialog = {
	kind: 'settings',
	cursor: firstRow,
	field: null,
	problem: null,
	filter: emptyField,
	isTyping: false,
};
