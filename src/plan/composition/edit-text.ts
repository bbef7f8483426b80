import {isMap, isScalar, isSeq, parseDocument, type Document} from 'yaml';
import type {RequestedPackage} from '../composition.ts';

/** A change that can be made to many compositions alike. */
export type CompositionEdit =
	| {readonly kind: 'add-package'; readonly package: RequestedPackage}
	| {readonly kind: 'remove-package' | 'add-bundle' | 'remove-bundle' | 'extend' | 'leave'; readonly name: string}
	| {readonly kind: 'set-variable' | 'set-label'; readonly name: string; readonly value: string}
	| {readonly kind: 'remove-variable' | 'remove-label'; readonly name: string};

/**
 * Makes edits in the text of a composition file that parses; comments, order and all else stay as they were written.
 * What is there already, or not there to be removed, is left as it is.
 */
export function editComposition(source: string, edits: readonly CompositionEdit[]): string {
	// As it is read: no types but text, so that 3.10 keeps its zero.
	const document = parseDocument(source, {schema: 'failsafe'});
	const before = JSON.stringify(document);
	for (const edit of edits) apply(document, edit);
	return JSON.stringify(document) === before ? source : document.toString({lineWidth: 0});
}

function apply(document: Document, edit: CompositionEdit): void {
	switch (edit.kind) {
		case 'add-package': {
			const {name, version} = edit.package;
			return putIn(document, 'packages', name, version === null ? name : {name, version});
		}
		case 'remove-package':
			return removeFrom(document, 'packages', edit.name);
		case 'add-bundle':
			return putIn(document, 'bundles', edit.name, edit.name);
		case 'remove-bundle':
			return removeFrom(document, 'bundles', edit.name);
		case 'extend':
			return putIn(document, 'extends', edit.name, edit.name);
		case 'leave':
			return removeFrom(document, 'extends', edit.name);
		case 'set-variable':
			return document.setIn(['env', edit.name], edit.value);
		case 'set-label':
			return document.setIn(['config', 'labels', edit.name], edit.value);
		case 'remove-variable':
			return deleteIn(document, ['env', edit.name]);
		case 'remove-label':
			return deleteIn(document, ['config', 'labels', edit.name]);
	}
}

/** Puts an entry into a list, in place of one of the same name. */
function putIn(document: Document, field: string, name: string, entry: unknown): void {
	const list = document.get(field);
	if (!isSeq(list) || list.items.length === 0) {
		document.set(field, document.createNode([entry]));
		return;
	}
	const place = list.items.findIndex(item => nameOf(item) === name);
	if (place === -1) list.add(document.createNode(entry));
	else if (JSON.stringify(list.items[place]) !== JSON.stringify(entry)) list.set(place, document.createNode(entry));
}

function removeFrom(document: Document, field: string, name: string): void {
	const list = document.get(field);
	if (!isSeq(list)) return;
	const place = list.items.findIndex(item => nameOf(item) === name);
	if (place === -1) return;
	list.delete(place);
	if (list.items.length === 0) document.delete(field);
}

/** Groups that become empty go too. */
function deleteIn(document: Document, path: readonly string[]): void {
	if (!document.hasIn(path)) return;
	document.deleteIn(path);
	for (let length = path.length - 1; length > 0; length--) {
		const group = document.getIn(path.slice(0, length));
		if (!isMap(group) || group.items.length > 0) return;
		document.deleteIn(path.slice(0, length));
	}
}

function nameOf(item: unknown): string {
	if (isScalar(item)) return String(item.value);
	return isMap(item) ? String(item.get('name')) : '';
}
