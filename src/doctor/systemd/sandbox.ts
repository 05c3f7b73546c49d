import { isYes, type Unit } from './unit.js';

/** What a setting does to all that is below a path. */
interface Place {
  readonly path: string;
  /** The setting, as it is written in the unit. */
  readonly setting: string;
  readonly isHidden: boolean;
}

/** What a service does not see, by the settings of systemd.exec(5). */
export class Sandbox {
  readonly #places: readonly Place[];

  /** @param resolve gives a path without links: systemd follows them in its settings */
  constructor(
    private readonly unit: Unit,
    resolve: (path: string) => string = (path) => path,
  ) {
    const places = [...privateTmp(unit), ...protectedHome(unit), ...namedPaths(unit), ...bound(unit)];
    this.#places = places.map((place) => ({ ...place, path: resolve(place.path) }));
  }

  /** The setting that hides a path (absolute, without links) from the service; `undefined` when it is seen. */
  hides(path: string): string | undefined {
    const root = this.unit.value('RootDirectory') ?? this.unit.value('RootImage');
    if (root !== undefined && root !== '/') return 'RootDirectory= or RootImage=';
    // The longest path decides; a bind mount comes after what hides the same path.
    let deciding: Place | undefined;
    for (const place of this.#places) {
      if (!isBelow(path, place.path)) continue;
      if (deciding === undefined || place.path.length >= deciding.path.length) deciding = place;
    }
    return deciding?.isHidden ? deciding.setting : undefined;
  }

  /** The setting that keeps a service from sockets of a family, such as `AF_UNIX`. */
  deniesFamily(family: string): string | undefined {
    const families = this.unit.words('RestrictAddressFamilies');
    if (families.length === 0) return undefined;
    const isDenyList = families[0]?.startsWith('~') ?? false;
    const isNamed = families.map((name) => name.replace(/^~/, '')).includes(family);
    return isDenyList === isNamed ? `RestrictAddressFamilies=${families.join(' ')}` : undefined;
  }

  /** The setting that leaves a service without a network. */
  get deniesNetwork(): string | undefined {
    return this.unit.isYes('PrivateNetwork') ? 'PrivateNetwork=yes' : undefined;
  }

  /** The setting under which no JavaScript engine starts: it compiles code while it runs. */
  get deniesCompiling(): string | undefined {
    return this.unit.isYes('MemoryDenyWriteExecute') ? 'MemoryDenyWriteExecute=yes' : undefined;
  }
}

function privateTmp(unit: Unit): Place[] {
  const value = unit.choice('PrivateTmp', ['disconnected']);
  const isPrivate = value === 'disconnected' || (value !== undefined && isYes(value));
  if (!isPrivate && !unit.isYes('DynamicUser')) return [];
  const setting = isPrivate ? `PrivateTmp=${value}` : 'DynamicUser=yes (it implies PrivateTmp=yes)';
  return ['/tmp', '/var/tmp'].map((path) => ({ path, setting, isHidden: true }));
}

function protectedHome(unit: Unit): Place[] {
  const value = unit.choice('ProtectHome', ['read-only', 'tmpfs']);
  if (value === undefined || (value !== 'tmpfs' && !isYes(value))) return [];
  const setting = `ProtectHome=${value}`;
  return ['/home', '/root', '/run/user'].map((path) => ({ path, setting, isHidden: true }));
}

function namedPaths(unit: Unit): Place[] {
  return ['InaccessiblePaths', 'TemporaryFileSystem'].flatMap((key) =>
    unit.words(key).map((word) => {
      // `-` stands before what may be missing, `+` before what is below RootDirectory; mount options stand behind a colon.
      const path = word.replace(/^[-+]+/, '').replace(/:.*$/, '');
      return { path, setting: `${key}=${path}`, isHidden: true };
    }),
  );
}

function bound(unit: Unit): Place[] {
  return ['BindPaths', 'BindReadOnlyPaths'].flatMap((key) =>
    unit.words(key).map((word) => {
      const [source = '', destination = source] = word.replace(/^-/, '').split(':');
      return { path: destination, setting: `${key}=${word}`, isHidden: false };
    }),
  );
}

function isBelow(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder.replace(/\/+$/, '')}/`);
}
