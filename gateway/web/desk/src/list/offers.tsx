// What the agent is offered: who waits, for how long, what is known, and the seconds that are left.

import { asBatonError, type BatonError, type OpenOffer, type Staff } from '@baton/client';
import { useSignalEffect } from '@preact/signals';
import { MessageCircle, UserPlus } from 'lucide-preact';
import { useRef } from 'preact/hooks';
import { toSignal } from '../../../shared/src/bind.ts';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { about } from '../../../shared/src/time.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useAsking } from '../asking.ts';
import { tell } from '../notices.ts';
import { now } from '../now.ts';
import { agentName, customerName, queueName } from '../people.ts';
import { chatHref, go } from '../place.ts';
import { words } from '../words/words.ts';

export function Offers({ desk }: { desk: Staff }) {
  const all = toSignal(desk.offers.all).value;
  return (
    <section aria-label={words.value.offer.title} class={all.length ? 'flex flex-col gap-2' : ''}>
      {all.map((offer, at) => (
        <OfferCard key={offer.offer_id} desk={desk} offer={offer} isFirst={at === 0} />
      ))}
    </section>
  );
}

export async function accept(desk: Staff, offer: OpenOffer): Promise<void> {
  try {
    await desk.accept(offer.offer_id);
    go(chatHref(offer.chat.chat_id));
  } catch (thrown) {
    tell(lateWords(asBatonError(thrown)), { look: 'bad' });
  }
}

/** Why it could not be accepted any more, as closely as the server says. */
function lateWords(error: BatonError): string {
  const said = words.value.offer.gone;
  const { by, why, detail } = error.body;
  if (by) return said.wonBy(agentName(by));
  if (why === 'expired') return said.expired;
  const withdrawn: Record<string, unknown> = why === 'revoked' ? said : {};
  const because = withdrawn[detail ?? ''];
  return typeof because === 'string' ? because : refusalWords(error);
}

export async function decline(desk: Staff, offer: OpenOffer): Promise<void> {
  await desk.decline(offer.offer_id).catch((thrown) => {
    tell(refusalWords(asBatonError(thrown)), { look: 'bad' });
  });
}

export function titleOf({ kind, from_agent, origin, queue }: OpenOffer): string {
  const said = words.value.offer;
  if (kind === 'invite') return said.invitation(agentName(from_agent ?? ''));
  if (origin === 'transfer' && from_agent) {
    return `${said.fromQueue(queueName(queue ?? ''))}. ${said.transferred(agentName(from_agent))}`;
  }
  return said.fromQueue(queueName(queue ?? ''));
}

/** On a phone, however much there is to read above them. */
const IN_SIGHT =
  'max-md:sticky max-md:-bottom-2 max-md:-mx-3 max-md:-mb-3 max-md:rounded-b-xl ' +
  'max-md:bg-raised max-md:px-3 max-md:pt-1 max-md:pb-3';

interface CardProps {
  desk: Staff;
  offer: OpenOffer;
  /** The one that the shortcuts mean. */
  isFirst: boolean;
}

function OfferCard({ desk, offer, isFirst }: CardProps) {
  const said = words.value.offer;
  const asking = useAsking();
  const { origin, note } = offer;
  return (
    <article
      data-offer={offer.offer_id}
      class="flex flex-col gap-2 rounded-xl border-2 border-accent bg-raised p-3 shadow-lg"
    >
      <header class="flex items-start gap-2">
        {offer.kind === 'invite' ? (
          <UserPlus size={20} aria-hidden="true" class="mt-0.5 shrink-0 text-accent" />
        ) : (
          <MessageCircle size={20} aria-hidden="true" class="mt-0.5 shrink-0 text-accent" />
        )}
        <div class="mr-auto min-w-0">
          <h3 class="truncate font-semibold">
            <bdi>{customerName(offer.chat)}</bdi>
          </h3>
          <p class="text-sm wrap-anywhere text-quiet">{titleOf(offer)}</p>
          {(origin === 'requeue' || origin === 'overflow') && (
            <p class="text-sm text-quiet">{said.origin[origin]}</p>
          )}
        </div>
        <Countdown desk={desk} offer={offer} />
      </header>
      <dl class="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {offer.kind === 'queue' && <Fact name={said.waited}>{about(offer.wait_s)}</Fact>}
        {offer.skills.length > 0 && (
          <Fact name={said.skills}>
            {offer.skills
              .map(({ skill, level }) => `${skill}${level ? ` ${level}` : ''}`)
              .join(', ')}
          </Fact>
        )}
      </dl>
      {note && (
        <p class="rounded-lg bg-warn-soft px-2 py-1 text-sm break-words whitespace-pre-wrap text-warn">
          <span class="font-medium">{said.note}: </span>
          <bdi>{note}</bdi>
        </p>
      )}
      <LastLines offer={offer} />
      <div class={`flex flex-wrap gap-2 whitespace-nowrap ${IN_SIGHT}`}>
        <Button
          look="primary"
          class="grow-[3]"
          disabled={asking.isBusy}
          aria-keyshortcuts={isFirst ? 'Alt+A' : undefined}
          onClick={() => asking.ask(() => accept(desk, offer))}
        >
          {said.accept} {isFirst && <Keys>Alt A</Keys>}
        </Button>
        <Button
          class="grow"
          disabled={asking.isBusy}
          aria-keyshortcuts={isFirst ? 'Alt+D' : undefined}
          onClick={() => asking.ask(() => decline(desk, offer))}
        >
          {said.decline} {isFirst && <Keys>Alt D</Keys>}
        </Button>
      </div>
    </article>
  );
}

function Keys({ children }: { children: string }) {
  return (
    <span aria-hidden="true" class="ml-1 text-xs font-normal max-md:hidden">
      {children}
    </span>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div class="flex min-w-0 gap-1">
      <dt class="text-quiet">{name}</dt>
      <dd class="truncate tabular-nums">{children}</dd>
    </div>
  );
}

/** What was said last; all of it can be read after accepting. */
function LastLines({ offer }: { offer: OpenOffer }) {
  const lines = offer.last_lines?.filter(({ kind }) => kind !== 'system') ?? [];
  if (lines.length === 0) return null;
  return (
    <ul
      aria-label={words.value.offer.lastLines}
      class="flex flex-col gap-0.5 border-l-2 border-line pl-2 text-sm"
    >
      {lines.map((line) => (
        <li key={line.message_id} class="truncate text-quiet">
          <bdi class="font-medium">{line.from.name || words.value.customer}</bdi>:{' '}
          <bdi>{line.text.slice(0, 160)}</bdi>
        </li>
      ))}
    </ul>
  );
}

/** The seconds that are left, as a number and as a ring that empties. */
function Countdown({ desk, offer }: { desk: Staff; offer: OpenOffer }) {
  const ring = useRef<SVGCircleElement>(null);
  useSignalEffect(() => {
    now.value;
    const share = desk.offers.leftS(offer) / Math.max(1, offer.expires_in_s);
    if (ring.current) ring.current.style.strokeDashoffset = String(100 * (1 - Math.min(1, share)));
  });
  now.value;
  const left = Math.ceil(desk.offers.leftS(offer));
  return (
    <span class="relative grid size-11 shrink-0 place-items-center" role="timer">
      <svg viewBox="0 0 36 36" class="absolute inset-0 -rotate-90" aria-hidden="true">
        <circle cx="18" cy="18" r="16" fill="none" stroke="var(--line)" stroke-width="3" />
        <circle
          ref={ring}
          cx="18"
          cy="18"
          r="16"
          fill="none"
          stroke={left <= 5 ? 'var(--bad)' : 'var(--accent)'}
          stroke-width="3"
          pathLength={100}
          stroke-dasharray="100"
          class="transition-[stroke-dashoffset] duration-1000 ease-linear"
        />
      </svg>
      <span aria-hidden="true" class="text-sm font-semibold tabular-nums">
        {left}
      </span>
      <span class="sr-only">{words.value.offer.left(left)}</span>
    </span>
  );
}
