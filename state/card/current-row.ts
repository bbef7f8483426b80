import type {AppState} from '../app-state.ts';
import type {GalleryImage} from '../gallery/gallery.ts';
import type {ImageCard} from './card.ts';
import {cardRows, type CardRow} from './card-rows.ts';

export interface OpenCard {
	readonly card: ImageCard;
	readonly image: GalleryImage;
	/** Under the cursor of the open tab. */
	readonly row: CardRow | undefined;
}

export function openCardOf({card, gallery, tenant}: AppState): OpenCard | null {
	const image = gallery.images?.find(({name}) => name === card?.name);
	return card && image ? {card, image, row: cardRows(card, image, tenant)[card.cursors[card.tab].at]} : null;
}
