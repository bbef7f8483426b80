import {screenOf, type AppState} from '../../../state/app-state.ts';
import {filesKey, putDocument, type CardDocuments, type ImageCard} from '../../../state/card/card.ts';
import {cardLine} from '../../../state/card/card-rows.ts';
import {fileTree} from '../../../state/card/file-tree.ts';
import type {ImageDocuments} from '../image-documents.ts';
import {isCancelled, noticeText, type App} from './app.ts';

/** Reads what the open tab of the image card shows, once. */
export interface CardController {
	/** What is known of past builds is read again: one has ended. */
	forgetBuilds(): void;
}

export function createCardController(app: App): CardController {
	const {store, services} = app;

	function change(name: string, next: (card: ImageCard) => ImageCard): void {
		store.update(state => (state.card?.name === name ? {...state, card: next(state.card)} : state));
	}

	function load<Kind extends keyof CardDocuments>(
		card: ImageCard,
		kind: Kind,
		key: string,
		read: () => Promise<Extract<CardDocuments[Kind][string], {kind: 'ready'}>>,
	): void {
		if (card.documents[kind][key]) return;
		const put = (document: CardDocuments[Kind][string]) =>
			change(card.name, own => putDocument(own, kind, key, document));
		put({kind: 'loading'} as CardDocuments[Kind][string]);
		app.run(`Image ${card.name}`, async () => {
			try {
				put(await read());
			} catch (error) {
				if (!isCancelled(error)) put({kind: 'failed', reason: noticeText(error)} as CardDocuments[Kind][string]);
			}
		});
	}

	function follow(): void {
		const state: AppState = store.get();
		const {documents} = services;
		const {card} = state;
		if (!documents || !card || screenOf(state) !== 'image') return;
		const image = state.gallery.images?.find(({name}) => name === card.name);
		if (!image) return;
		if (card.tab === 'builds' || card.tab === 'changes') {
			load(card, 'changes', card.name, async () => ready(await documents.builds(card.name)));
			return;
		}
		const digest = cardLine(card, image)?.digest;
		if (!digest) return;
		loadOfImage(documents, card, digest);
	}

	function loadOfImage(documents: ImageDocuments, card: ImageCard, digest: string): void {
		switch (card.tab) {
			case 'overview':
			case 'settings':
			case 'layers':
				load(card, 'facts', digest, async () => ready(await documents.facts(digest)));
				return;
			case 'packages':
				load(card, 'packages', digest, async () => ready(await documents.packages(digest)));
				return;
			case 'files': {
				const {layer} = card;
				load(card, 'files', filesKey(digest, layer), async () =>
					ready(fileTree(await documents.files(digest, layer, app.signal))),
				);
				return;
			}
			case 'changes':
			case 'builds':
		}
	}

	const stop = store.subscribe(follow);
	app.signal.addEventListener('abort', stop, {once: true});
	return {
		forgetBuilds() {
			store.update(state =>
				state.card ? {...state, card: {...state.card, documents: {...state.card.documents, changes: {}}}} : state,
			);
		},
	};
}

const ready = <Value>(value: Value): {readonly kind: 'ready'; readonly value: Value} => ({kind: 'ready', value});
