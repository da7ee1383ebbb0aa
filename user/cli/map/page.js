'use strict';
/*
 * page.js - makes the page answer: facts, search, the views of tables and walks
 *
 * Names come from the process: they reach the page as text only, never as markup.
 */
(() => {
const data = JSON.parse(document.getElementById('data').textContent);
const space = document.querySelector('svg.space');
const facts = document.getElementById('facts');
const tip = document.getElementById('tip');
const PAGE = data.page_size;

const big = (text) => BigInt(text);
const hex = (number) => '0x' + number.toString(16);

function size(bytes) {
	const units = 'BKMGTPE';
	let unit = 0;
	for (; bytes >= 1024 && unit < 6; unit++)
		bytes /= 1024;
	return (Number.isInteger(bytes) ? bytes : bytes.toFixed(1)) + units[unit];
}

/* An element with attributes and children; text is text. */
function make(parent, name, attrs = {}, text) {
	const svg = parent.namespaceURI.endsWith('svg') || name === 'svg';
	const el = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) :
			 document.createElement(name);
	for (const key in attrs)
		el.setAttribute(key, attrs[key]);
	if (text !== undefined)
		el.textContent = text;
	parent.append(el);
	return el;
}

function list(parent, pairs) {
	const dl = make(parent, 'dl');
	for (const [name, value] of pairs) {
		make(dl, 'dt', {}, name);
		make(dl, 'dd', {}, value);
	}
}

function name(vma) {
	return vma.mapping || '[' + vma.kind + ']';
}

/* -- mappings and boxes -- */

for (const vma of data.vmas) {
	vma.from = big(vma.start);
	vma.to = big(vma.end);
}
const blocks = [];
data.vmas.forEach((vma) => (blocks[vma.block] = blocks[vma.block] || []).push(vma));
const boxes = [...space.querySelectorAll('.block')];
for (const box of boxes) {
	/* The tip tells the same; twice is too much. */
	box.querySelector('title').remove();
	box.setAttribute('tabindex', '-1');
}
const ribbons = new Map();
for (const ribbon of space.querySelectorAll('.ribbon'))
	ribbons.set(ribbon.dataset.r, ribbon);

function light(nr, on) {
	const box = boxes[nr], ribbon = ribbons.get(String(nr));
	if (box)
		box.classList.toggle('on', on);
	if (ribbon)
		ribbon.classList.toggle('on', on);
}

let picked = null;
function pick(nr, vma, scroll) {
	if (picked !== null)
		light(picked, false);
	picked = nr;
	space.classList.toggle('picked', nr !== null);
	if (nr === null) {
		show_all();
		return;
	}
	light(nr, true);
	const of_box = blocks[nr] || [];
	if (vma || of_box.length === 1)
		show_vma(vma || of_box[0]);
	else
		show_folded(nr, of_box);
	if (scroll)
		boxes[nr].scrollIntoView({ block: 'center' });
	history.replaceState(null, '', '#' + (vma || of_box[0] || {}).start);
}

function button(parent, text, action) {
	make(parent, 'button', { class: 'go' }, text).addEventListener('click', action);
}

function show_all() {
	const t = data.total;
	facts.replaceChildren();
	make(facts, 'h2', {}, 'The whole');
	list(facts, [
		['mappings', String(data.vmas.length + (data.vmas_left_out || 0))],
		['mapped', size(t.mapped)],
		['present', size(t.present)],
		['of it shared', size(t.shared)],
		['of it dirty', size(t.dirty)],
		['in huge pages', size(t.huge)],
		['swapped', size(t.swapped)],
		['closed or in motion', size(t.other)],
		['runs of frames', String(t.runs)],
		['page tables', data.levels.map((l) => `${l.tables} ${l.level}`).join(', ')],
	]);
	make(facts, 'p', {}, 'Point at a mapping or a page of it; click to keep it. ' +
		'Keys: / searches, arrows move, Esc lets go, 1 2 3 change the view.');
	if (data.hidden)
		make(facts, 'p', {}, 'Physical addresses were hidden from who made this page.');
	if (data.vmas_left_out)
		make(facts, 'p', {}, data.vmas_left_out + ' mappings have no row here: they are ' +
			'part of folded boxes only.');
	if (data.partial)
		make(facts, 'p', {}, 'The address space changed while it was read.');
}

function vma_facts(vma) {
	return [
		['start', vma.start], ['end', vma.end], ['size', size(vma.size)],
		['perms', vma.perms], ['kind', vma.kind],
		['present', size(vma.present)], ['shared', size(vma.shared)],
		['dirty', size(vma.dirty)], ['huge', size(vma.huge)],
		['swapped', size(vma.swapped)], ['closed, in motion', size(vma.other)],
		['runs of frames', String(vma.runs)],
		['longest run', typeof vma.longest === 'number' ? size(vma.longest) : vma.longest],
	];
}

function show_vma(vma) {
	facts.replaceChildren();
	make(facts, 'h2', {}, name(vma));
	list(facts, vma_facts(vma));
	button(facts, 'Its page tables', () => { show('tables'); tables_at(vma.from); });
	button(facts, 'A walk in it', () => { show('walk'); walk_to(vma.from); });
}

const ROWS = 200;
function show_folded(nr, of_box) {
	facts.replaceChildren();
	make(facts, 'h2', {}, of_box.length + ' mappings, folded');
	const ul = make(facts, 'ul');
	for (const vma of of_box.slice(0, ROWS)) {
		const li = make(ul, 'li', { role: 'button', tabindex: '0' },
				`${vma.start} ${size(vma.size)} ${vma.perms} ${name(vma)}`);
		li.addEventListener('click', () => pick(nr, vma));
		li.addEventListener('keydown', (e) => e.key === 'Enter' && pick(nr, vma));
	}
	if (of_box.length > ROWS)
		make(facts, 'p', {}, `and ${of_box.length - ROWS} more: the search finds them`);
}

const WORDS = {
	p: 'private', s: 'shared', h: 'huge', w: 'swapped out', x: 'closed or in motion',
	'.': 'nothing yet',
};

function word(letter) {
	const low = letter.toLowerCase();
	return (low !== letter ? 'dirty, ' : '') + WORDS[low];
}

/* What is under the pointer: a page of a mapping, or the mapping. */
function tip_text(event, box) {
	const of_box = blocks[box.dataset.b] || [], vma = of_box[0];
	if (!vma)
		return 'folded';
	if (of_box.length > 1)
		return `${of_box.length} mappings, folded\nclick for a list`;
	let text = `${name(vma)}\n${vma.start}-${vma.end} ${vma.perms} ${vma.kind}`;
	const group = event.target.closest('.cells');
	if (!group)
		return text + `\n${size(vma.present)} of ${size(vma.size)} present`;
	const point = new DOMPoint(event.clientX, event.clientY)
		.matrixTransform(group.getScreenCTM().inverse());
	const cell = Math.floor(point.y / 13) * 64 + Math.floor(point.x / 4);
	if (cell < 0 || cell >= vma.cells.length)
		return text;
	const step = BigInt(vma.cell_pages) * BigInt(PAGE), at = vma.from + BigInt(cell) * step;
	text += vma.cell_pages === 1 ? `\npage ${cell}: ${hex(at)}` :
		`\n${vma.cell_pages} pages from ${hex(at)}, mostly`;
	return text + '\n' + word(vma.cells[cell]);
}

function tip_show(event, text) {
	tip.textContent = text;
	tip.hidden = false;
	const box = tip.getBoundingClientRect();
	tip.style.left = Math.min(event.clientX + 14, innerWidth - box.width - 8) + 'px';
	tip.style.top = Math.min(event.clientY + 16, innerHeight - box.height - 8) + 'px';
}

space.addEventListener('pointermove', (event) => {
	const box = event.target.closest('.block');
	if (box)
		tip_show(event, tip_text(event, box));
	else
		tip.hidden = true;
});
space.addEventListener('pointerover', (event) => {
	const box = event.target.closest('.block');
	if (picked !== null || !box)
		return;
	space.classList.add('picked');
	light(+box.dataset.b, true);
});
space.addEventListener('pointerout', (event) => {
	const box = event.target.closest('.block');
	if (picked !== null || !box)
		return;
	space.classList.remove('picked');
	light(+box.dataset.b, false);
});
document.addEventListener('pointerleave', () => { tip.hidden = true; });
space.addEventListener('click', (event) => {
	const box = event.target.closest('.block');
	pick(box ? +box.dataset.b : null);
});

/* -- views -- */

const built = {};
function show(view) {
	for (const tab of document.querySelectorAll('nav button')) {
		const on = tab.dataset.view === view;
		tab.setAttribute('aria-selected', on);
		document.getElementById('view-' + tab.dataset.view).hidden = !on;
	}
	tip.hidden = true;
	scrollTo(0, 0);
	if (view === 'tables' && !built.tables)
		build_tables();
	if (view === 'walk' && !built.walk)
		build_walk();
	built[view] = true;
}
for (const tab of document.querySelectorAll('nav button'))
	tab.addEventListener('click', () => show(tab.dataset.view));
/* Paper gets all views. */
addEventListener('beforeprint', () => {
	if (!built.tables)
		build_tables();
	if (!built.walk)
		build_walk();
	built.tables = built.walk = true;
});

/* -- search -- */

const search = document.getElementById('search');
const hits = document.getElementById('hits');
const HITS = 60;
let found = [], at_hit = 0;

function matches(text) {
	if (/^(0x[0-9a-f]+|\d+)$/i.test(text)) {
		const address = big(text), inside = data.vmas.find((v) => address < v.to);
		if (inside && address >= inside.from)
			return [inside];
	}
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	return data.vmas.filter((v) => {
		const all = `${v.start} ${v.perms} ${v.kind} ${v.mapping || ''}`.toLowerCase();
		return words.every((w) => all.includes(w));
	});
}

function show_hits() {
	hits.replaceChildren();
	hits.hidden = !search.value.trim();
	if (hits.hidden)
		return;
	found = matches(search.value.trim());
	at_hit = 0;
	found.slice(0, HITS).forEach((vma, i) => {
		const li = make(hits, 'li', { role: 'option', class: i ? '' : 'on' },
				`${vma.start} ${vma.perms} ${size(vma.size)} ${name(vma)}`);
		li.addEventListener('pointerdown', (e) => { e.preventDefault(); take(i); });
	});
	if (!found.length)
		make(hits, 'li', { class: 'none' }, 'no mapping like this');
	else if (found.length > HITS)
		make(hits, 'li', { class: 'none' }, `and ${found.length - HITS} more`);
}

function take(i) {
	const vma = found[i];
	if (!vma)
		return;
	hits.hidden = true;
	show('space');
	pick(vma.block, vma, true);
	search.blur();
}

search.addEventListener('input', show_hits);
search.addEventListener('focus', show_hits);
search.addEventListener('blur', () => { hits.hidden = true; });
search.addEventListener('keydown', (event) => {
	const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (event.key === 'Enter')
		take(at_hit);
	else if (event.key === 'Escape')
		search.blur();
	else if (move && hits.children[at_hit + move]) {
		hits.children[at_hit].classList.remove('on');
		at_hit += move;
		hits.children[at_hit].classList.add('on');
		event.preventDefault();
	}
});

document.addEventListener('keydown', (event) => {
	if (/^(INPUT|SELECT)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey)
		return;
	const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	const view = { 1: 'space', 2: 'tables', 3: 'walk' }[event.key];
	if (event.key === '/') {
		search.focus();
		event.preventDefault();
	} else if (event.key === 'Escape') {
		pick(null);
	} else if (view) {
		show(view);
	} else if (move && boxes.length && !document.getElementById('view-space').hidden) {
		const next = picked === null ? 0 : Math.min(Math.max(picked + move, 0), boxes.length - 1);
		pick(next, undefined, true);
		boxes[next].focus({ preventScroll: true });
		event.preventDefault();
	}
});

/* -- page tables: a card for each table, children to the right -- */

/* "t1.510w1" as [letter, first, count]. */
function entry_runs(table) {
	const runs = [];
	let at = 0;
	for (const [, letter, count] of table.entries.matchAll(/([a-z.])(\d+)/g)) {
		runs.push([letter, at, +count]);
		at += +count;
	}
	return runs;
}

const level_of = {};
data.levels.forEach((level, depth) => (level_of[level.level] = { ...level, depth }));

const COLS = 32, CELL = 4, CARD_W = COLS * CELL + 12;
const card_h = (table) => Math.ceil(level_of[table.level].nr_entries / COLS) * CELL + 44;

const SHAPES = {
	t: (x, y) => `M${x} ${y}h4v4h-4zM${x + 1} ${y + 1}v2h2v-2z`,
	p: (x, y) => `M${x} ${y}h3.6v3.6h-3.6z`,
	w: (x, y) => `M${x} ${y + 2}h3.6v1.6h-3.6z`,
	x: (x, y) => `M${x} ${y + 1.2}h3.6v1.4h-3.6z`,
};

function entry_place(index) {
	return [6 + (index % COLS) * CELL, 22 + Math.floor(index / COLS) * CELL];
}

function put_card(parent, table, x, y) {
	const level = level_of[table.level], paths = {};
	const g = make(parent, 'g', { class: 'card', tabindex: '0', role: 'button',
				      transform: `translate(${x} ${y})` });
	table.card = g;
	make(g, 'rect', { class: 't-card', width: CARD_W, height: card_h(table) });
	make(g, 'text', { class: 't-name', x: 6, y: 15 },
	     level.depth ? `${table.level} in entry ${table.index}` : table.level);
	for (const [letter, first, count] of entry_runs(table))
		for (let i = first; letter !== '.' && i < first + count; i++)
			paths[letter] = (paths[letter] || '') + SHAPES[letter](...entry_place(i));
	for (const letter in paths)
		make(g, 'path', { class: 't-' + letter, d: paths[letter] });
	make(g, 'text', { class: 't-note', x: 6, y: card_h(table) - 8 },
	     `${table.used} of ${level.nr_entries} in use`);
	g.addEventListener('click', () => show_table(table));
	g.addEventListener('keydown', (e) => e.key === 'Enter' && show_table(table));
	g.addEventListener('pointerenter', () => hot(table, true));
	g.addEventListener('pointerleave', () => hot(table, false));
}

/* The entry of the parent that leads here. */
function hot(table, on) {
	for (const old of document.querySelectorAll('.t-hot'))
		old.remove();
	for (let t = table; on && t.parent; t = t.parent) {
		const [x, y] = entry_place(t.index);
		make(t.parent.card, 'rect', { class: 't-hot', x: x - 1.5, y: y - 1.5, width: 7, height: 7 });
	}
}

const KINDS = { t: 'tables', p: 'pages', w: 'swapped out', x: 'closed or in motion' };
function show_table(table) {
	const level = level_of[table.level], span = 1n << BigInt(level.shift);
	for (const card of document.querySelectorAll('.card.on'))
		card.classList.remove('on');
	table.card.classList.add('on');
	facts.replaceChildren();
	make(facts, 'h2', {}, `A ${table.level} table`);
	list(facts, [
		['first address', table.start],
		['end', hex(big(table.start) + span * BigInt(level.nr_entries))],
		['an entry spans', size(Number(span))],
		['entries', String(level.nr_entries)],
		['in use', `${table.used} (${(100 * table.used / level.nr_entries).toFixed(1)}%)`],
	]);
	const ul = make(facts, 'ul');
	const runs = entry_runs(table).filter((run) => run[0] !== '.');
	for (const [letter, first, count] of runs.slice(0, 60)) {
		const from = big(table.start) + span * BigInt(first);
		make(ul, 'li', {}, `${first}${count > 1 ? '–' + (first + count - 1) : ''}: ` +
			`${KINDS[letter]}, ${hex(from)}`);
	}
	if (runs.length > 60)
		make(facts, 'p', {}, `and ${runs.length - 60} more runs of entries`);
}

function link(svg, x, y, to_x, to_y, to_end) {
	const mid = (x + to_x) / 2;
	const el = make(svg, 'path', { class: 't-link', d: `M${x} ${y}C${mid} ${y} ${mid} ${to_y} ` +
		`${to_x} ${to_y}V${to_end}C${mid} ${to_end} ${mid} ${y} ${x} ${y}z` });
	svg.prepend(el);
}

/* Leaf tables of one parent stand in rows; so many at most. */
const PER_ROW = 4, LEAVES = 48, GAP = 14, BETWEEN = 60;

function put_tree(svg, table, x, y) {
	const depth = level_of[table.level].depth, next_x = x + CARD_W + BETWEEN;
	const [own_x, own_y] = [x + CARD_W, y + 40];
	let bottom = y + card_h(table);
	put_card(svg, table, x, y);
	if (!table.children.length)
		return bottom;
	if (depth < data.levels.length - 2) {
		let at = y;
		for (const child of table.children) {
			const end = put_tree(svg, child, next_x, at);
			link(svg, own_x, own_y, next_x, at + 10, at + card_h(child) - 10);
			at = end + GAP;
		}
		return Math.max(bottom, at - GAP);
	}
	const leaves = table.children.slice(0, LEAVES), step = card_h(leaves[0]) + 8;
	const rows = Math.ceil(leaves.length / PER_ROW), more = table.children.length - leaves.length;
	const height = rows * step + 10 + (more ? 18 : 0);
	const width = Math.min(leaves.length, PER_ROW) * (CARD_W + 8) + 8;
	make(svg, 'rect', { class: 't-group', x: next_x, y, width, height });
	leaves.forEach((leaf, i) => put_card(svg, leaf, next_x + 8 + (i % PER_ROW) * (CARD_W + 8),
					     y + 8 + Math.floor(i / PER_ROW) * step));
	if (more)
		make(svg, 'text', { class: 't-note', x: next_x + 10, y: y + height - 8 },
		     `and ${more} more, folded`);
	link(svg, own_x, own_y, next_x, y + 10, y + height - 10);
	return Math.max(bottom, y + height);
}

function grow_tree() {
	const last = [], roots = [];
	for (const table of data.tables) {
		const level = level_of[table.level], parent = last[level.depth - 1];
		table.children = [];
		last[level.depth] = table;
		if (!parent) {
			roots.push(table);
			continue;
		}
		const up = level_of[parent.level];
		table.parent = parent;
		table.index = Number((big(table.start) - big(parent.start)) >> BigInt(up.shift));
		parent.children.push(table);
	}
	return roots;
}

function build_tables() {
	const view = document.getElementById('view-tables');
	const svg = make(view, 'svg', { class: 'tree', role: 'img', 'aria-label': 'page tables' });
	const width = (data.levels.length - 1) * (CARD_W + BETWEEN) + PER_ROW * (CARD_W + 8) + 28;
	let y = 64;
	make(svg, 'text', { class: 't-head', x: 10, y: 20 }, data.levels.map((l) =>
		`${l.tables} ${l.level} table${l.tables === 1 ? '' : 's'} of ${l.nr_entries} entries`).join('  →  '));
	const legend = [['t', 'leads to a table'], ['p', 'maps a page'], ['w', 'swapped out'],
			['x', 'closed or in motion']];
	legend.forEach(([letter, text], i) => {
		make(svg, 'path', { class: 't-' + letter, d: SHAPES[letter](0, 0),
				    transform: `translate(${10 + i * 170} 34) scale(2.4)` });
		make(svg, 'text', { class: 't-note', x: 26 + i * 170, y: 43 }, text);
	});
	for (const root of grow_tree())
		y = put_tree(svg, root, 10, y) + GAP;
	const kept = data.tables.length, all = data.levels.reduce((sum, l) => sum + l.tables, 0);
	if (kept < all)
		make(svg, 'text', { class: 't-note', x: 10, y: y + 6 },
		     `${all - kept} further tables are counted above, but not drawn`);
	svg.setAttribute('viewBox', `0 0 ${width} ${y + 16}`);
	svg.setAttribute('width', width);
}

/* The last table on the way to an address. */
function tables_at(address) {
	let best = null;
	for (const table of data.tables) {
		const level = level_of[table.level];
		const end = big(table.start) + (BigInt(level.nr_entries) << BigInt(level.shift));
		if (table.card && big(table.start) <= address && address < end)
			best = table;
	}
	if (!best)
		return;
	show_table(best);
	best.card.scrollIntoView({ block: 'center', inline: 'center' });
}

/* -- the walk of one address -- */

let walk_box, walk_input, walk_choice;

function build_walk() {
	const view = document.getElementById('view-walk'), pick_box = make(view, 'div', { class: 'pick' });
	const left = make(pick_box, 'label', {}, 'a walk that was recorded');
	walk_choice = make(left, 'select', { id: 'walk-choice' });
	data.walk.forEach((walk, i) => {
		const vma = data.vmas.find((v) => v.from <= big(walk.va) && big(walk.va) < v.to);
		make(walk_choice, 'option', { value: i }, `${walk.va}  ${vma ? name(vma) : walk.status}`);
	});
	const right = make(pick_box, 'label', {}, 'or any address');
	walk_input = make(right, 'input', { id: 'walk-address', spellcheck: 'false', placeholder: '0x…' });
	walk_box = make(view, 'div');
	walk_choice.addEventListener('change', () => draw_walk(big(data.walk[+walk_choice.value].va)));
	walk_input.addEventListener('input', () => {
		const text = walk_input.value.trim();
		if (/^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(text))
			draw_walk(big(text));
	});
	if (data.walk.length)
		draw_walk(big(data.walk[0].va));
}

function walk_to(address) {
	const vma = data.vmas.find((v) => v.from <= address && address < v.to);
	const i = data.walk.findIndex((w) => vma && vma.from <= big(w.va) && big(w.va) < vma.to);
	if (i >= 0)
		walk_choice.value = i;
	draw_walk(i >= 0 ? big(data.walk[i].va) : address);
}

/* The recorded walk of the same page, for an address that has one. */
function recorded(address) {
	const page = BigInt(PAGE);
	return data.walk.find((w) => big(w.va) / page === address / page);
}

const STEP = 226;

function draw_bits(svg, address) {
	let x = 10;
	const low = data.levels[data.levels.length - 1].shift;
	const put = (width, cls, title, value, note) => {
		make(svg, 'rect', { class: 'w-bits ' + cls, x, y: 30, width, height: 56, rx: 5 });
		make(svg, 'text', { class: 't-note', x: x + 8, y: 46 }, title);
		make(svg, 'text', { class: 'w-big', x: x + 8, y: 66 }, value);
		make(svg, 'text', { class: 'w-mono', x: x + 8, y: 81 }, note);
		x += width + 4;
	};
	data.levels.forEach((level, i) => {
		const index = (address >> BigInt(level.shift)) & BigInt(level.nr_entries - 1);
		const bits = Math.log2(level.nr_entries);
		put(150, 'w-' + i, `${level.level}: bits ${level.shift + bits - 1} to ${level.shift}`,
		    String(index), index.toString(2).padStart(bits, '0'));
	});
	put(170, 'w-o', `offset: bits ${low - 1} to 0`, hex(address & ((1n << BigInt(low)) - 1n)),
	    (address & ((1n << BigInt(low)) - 1n)).toString(2).padStart(low, '0'));
	return x;
}

function draw_step(svg, step, i, x, y, last) {
	const level = level_of[step.level];
	const row = 24, top = y + 34;
	make(svg, 'text', { class: 't-head', x, y: y + 2 }, step.level);
	make(svg, 'text', { class: 't-note', x, y: y + 20 }, `table at ${step.table_pa}`);
	for (let r = -1; r <= 1; r++) {
		const index = step.index + r;
		if (index < 0 || index >= level.nr_entries)
			continue;
		make(svg, 'rect', { class: r ? 'w-row' : 'w-bits w-' + i, x, y: top + (r + 1) * row,
				    width: 178, height: row });
		make(svg, 'text', { class: 'w-mono', x: x + 6, y: top + (r + 1) * row + 16 },
		     r ? `${index}` : `${index}: ${step.entry}`);
	}
	step.flags.forEach((flag, f) => make(svg, 'text', { class: 't-note',
		x: x + (f % 2) * 90, y: top + 3 * row + 16 + Math.floor(f / 2) * 14 }, flag));
	if (!last)
		make(svg, 'path', { class: 'w-arrow', d: `M${x + 178} ${top + row * 1.5}` +
			`C${x + 200} ${top + row * 1.5} ${x + 200} ${y - 4} ${x + STEP - 6} ${y - 4}m-6 -4l6 4l-6 4` });
}

function draw_walk(address) {
	const walk = recorded(address);
	walk_box.replaceChildren();
	const svg = make(walk_box, 'svg', { class: 'walk', role: 'img', 'aria-label': 'walk of ' + hex(address) });
	let width = draw_bits(svg, address);
	make(svg, 'text', { class: 't-head', x: 10, y: 18 }, `${hex(address)} is cut into indices, one for each level`);
	if (!walk) {
		make(svg, 'text', { class: 't-head', x: 10, y: 124 },
		     'The entries on its way were not recorded; ask:');
		make(svg, 'text', { class: 'w-mono', x: 10, y: 146 }, `mmscope walk ${data.pid} ${hex(address)}`);
	} else {
		walk.levels.forEach((step, i) => draw_step(svg, step, i, 10 + i * STEP, 132,
							   i === walk.levels.length - 1 && !walk.pa));
		const x = 10 + walk.levels.length * STEP;
		if (walk.pa) {
			const pa = walk.pa === 'hidden' ? 'hidden' :
				hex(big(walk.pa) - big(walk.va) + address);
			make(svg, 'text', { class: 't-head', x, y: 134 }, size(walk.page_size) + ' page');
			make(svg, 'rect', { class: 'w-bits w-o', x, y: 166, width: 178, height: 72 });
			make(svg, 'text', { class: 't-note', x: x + 8, y: 186 }, 'physical address');
			make(svg, 'text', { class: 'w-big', x: x + 8, y: 210 }, pa);
			width = Math.max(width, x + 190);
		} else {
			make(svg, 'text', { class: 't-head', x, y: 134 }, 'ends here: ' + walk.status);
			width = Math.max(width, x + 190);
		}
	}
	svg.setAttribute('viewBox', `0 0 ${width} 330`);
	svg.setAttribute('width', width);
}

/* -- begin -- */

show_all();
if (location.hash.startsWith('#0x')) {
	const vma = data.vmas.find((v) => v.start === location.hash.slice(1));
	if (vma)
		pick(vma.block, vma, true);
}
document.documentElement.dataset.ready = Math.round(performance.now());
})();
