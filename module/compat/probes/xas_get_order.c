// 3d1f8b9d8ad5 "mm/filemap: return early if failed to allocate" and kin (6.10): order of an entry
// symbols: xas_get_order
#include <linux/xarray.h>

int probe(struct xa_state *xas);
int probe(struct xa_state *xas)
{
	return xas_get_order(xas);
}
