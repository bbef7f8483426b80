import type {TextField} from '../fields/text-field.ts';
import type {ListCursor} from '../lists/list-window.ts';
import type {CommandId} from '../keys/key-map.ts';
import type {PublishDialog} from './publish-dialog.ts';

/** What lies over a screen and takes the keys; one at a time. */
export type Dialog =
	/** Deleting asks for the name to be typed. */
	| {readonly kind: 'delete'; readonly name: string; readonly field: TextField; readonly problem: string | null}
	| {readonly kind: 'duplicate'; readonly name: string; readonly field: TextField; readonly problem: string | null}
	| VariableDialog
	| ReviewDialog
	/** Help, why, equivalent commands: a text to read. */
	| {readonly kind: 'text'; readonly title: string; readonly lines: readonly TextLine[]; readonly top: number}
	| {
			readonly kind: 'palette';
			readonly field: TextField;
			readonly cursor: ListCursor;
			readonly choices: readonly CommandId[];
	  }
	| {readonly kind: 'menu'; readonly title: string; readonly text: string; readonly choices: readonly MenuChoice[]}
	| SettingsDialog
	| PublishDialog;

export interface TextLine {
	/** A key or a name, before the text. */
	readonly label?: string;
	readonly text: string;
	readonly isHeading?: boolean;
}

export interface MenuChoice {
	readonly label: string;
	readonly value: string;
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
