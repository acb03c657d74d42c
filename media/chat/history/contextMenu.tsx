import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import type { MenuGroup, MenuItem, Place } from './popup.ts';

interface ContextMenuProps {
  readonly label: string;
  readonly groups: readonly MenuGroup[];
  readonly at: Place;
  readonly close: (how?: { keepFocus: boolean }) => void;
}

/** How near to the edge of the page a menu may come. Pixels. */
const MARGIN = 4;

/** A menu of the page’s own, since VS Code’s own has no place for ours: arrows, first letters, Enter, Escape. */
export function ContextMenu({ label, groups, at, close }: ContextMenuProps): JSX.Element {
  const menu = useRef<HTMLDivElement>(null);
  const active = useSignal(0);
  const items = groups.flatMap((group) => group.items);

  useLayoutEffect(() => {
    const place = (): void => {
      if (menu.current === null) return;
      const { width, height } = menu.current.getBoundingClientRect();
      menu.current.style.left = `${Math.max(MARGIN, Math.min(at.x, innerWidth - width - MARGIN))}px`;
      menu.current.style.top = `${Math.max(MARGIN, Math.min(at.y, innerHeight - height - MARGIN))}px`;
    };
    place();
    menu.current?.focus();
    globalThis.addEventListener('resize', place);
    return () => {
      globalThis.removeEventListener('resize', place);
    };
  }, [at.x, at.y]);

  useLayoutEffect(() => {
    menu.current?.querySelector('.menu-item.active')?.scrollIntoView({ block: 'nearest' });
  }, [active.value]);

  const run = (item: MenuItem | undefined): void => {
    close();
    item?.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = (by: number): void => {
      active.value = (active.value + by + items.length) % items.length;
    };
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => {
        step(1);
      },
      ArrowUp: () => {
        step(-1);
      },
      Home: () => (active.value = 0),
      End: () => (active.value = items.length - 1),
      Enter: () => {
        run(items[active.value]);
      },
      ' ': () => {
        run(items[active.value]);
      },
      Escape: close,
      Tab: close,
    };
    const act = keys[event.key] ?? firstLetter(event);
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const firstLetter = (event: KeyboardEvent): (() => void) | undefined => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const order = items.map((_, index) => (active.value + 1 + index) % items.length);
    const found = order.find((index) => items[index]?.label.toLowerCase().startsWith(event.key.toLowerCase()) === true);
    return () => (active.value = found ?? active.value);
  };

  let index = -1;
  return (
    <div
      class="menu"
      ref={menu}
      role="menu"
      aria-label={label}
      aria-activedescendant={`menu-item-${active.value}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => {
        event.preventDefault();
      }}
      onFocusOut={() => {
        close({ keepFocus: true });
      }}
    >
      {groups.map((group) => (
        <div class="menu-group" role="group" aria-label={group.label} key={group.items[0]?.label}>
          {group.label !== undefined && (
            <div class="menu-heading" aria-hidden="true">
              {group.label}
            </div>
          )}
          {group.items.map((item) => {
            index += 1;
            const own = index;
            return (
              <div
                key={item.label}
                id={`menu-item-${own}`}
                class={`menu-item ${own === active.value ? 'active' : ''}`}
                role={roleOf(group, item)}
                aria-checked={item.isChosen}
                aria-keyshortcuts={item.keys}
                onPointerMove={() => (active.value = own)}
                // The menu keeps the focus.
                onMouseDown={(event) => {
                  event.preventDefault();
                }}
                onClick={() => {
                  run(item);
                }}
              >
                <span class="menu-check">{item.isChosen === true && <Icon name="check" />}</span>
                <span class="menu-text">{item.label}</span>
                {item.keys !== undefined && (
                  <span class="menu-keys" aria-hidden="true">
                    {shortKeys(item.keys)}
                  </span>
                )}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

function shortKeys(keys: string): string {
  return keys.replace('ArrowUp', '↑').replace('ArrowDown', '↓').replace('Delete', 'Del');
}

function roleOf(group: MenuGroup, item: MenuItem): 'menuitem' | 'menuitemradio' | 'menuitemcheckbox' {
  if (item.isChosen === undefined) return 'menuitem';
  return group.isOneOf === true ? 'menuitemradio' : 'menuitemcheckbox';
}
