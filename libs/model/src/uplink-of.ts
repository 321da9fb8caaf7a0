/** The link by which a host reaches what is not beside it: of the default routes in /proc/net/route (proc_pid_net(5)) the one with the smallest metric. */
export function uplinkOf(routeTable: string): string | undefined {
  const routes = routeTable.split('\n').slice(1).map((line) => line.split('\t'));
  const defaults = routes.filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000');
  return defaults.toSorted(([, , , , , , one], [, , , , , , other]) => Number(one) - Number(other))[0]?.[0];
}
