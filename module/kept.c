// SPDX-License-Identifier: GPL-2.0
/*
 * kept.c - all references to descriptors that the module keeps, and how many a user may
 *
 * A reference is cheap to whoever holds it and keeps the descriptor of a process that
 * may be gone, which nobody is charged for: so there is a bound for each user, besides
 * that on open files and that of the caller's memory cgroup.
 */
#include "kept.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "target.h"

/**
 * struct mmscope_user - who keeps references
 * @node: among all who do
 * @uid: in the initial user namespace
 * @nr: references; goes away with the last
 */
struct mmscope_user {
	struct hlist_node node;
	kuid_t uid;
	unsigned int nr;
};

static unsigned int max_handles = 4096;
module_param(max_handles, uint, 0644);
MODULE_PARM_DESC(max_handles,
		 "Attached handles that one user may have (those with CAP_SYS_RESOURCE: any number)");

static DEFINE_HASHTABLE(kept, 6);
static DEFINE_HASHTABLE(users, 6);
static DEFINE_MUTEX(kept_lock); /* of both */

/*
 * Who has to answer for the caller: in a user namespace whoever made the outermost one,
 * or each of its many users could have as much again.
 */
static kuid_t answerable(void)
{
	const struct cred *cred = current_cred();
	const struct user_namespace *ns;
	kuid_t uid = cred->uid;

	for (ns = cred->user_ns; ns->parent; ns = ns->parent)
		uid = ns->owner;
	return uid;
}

/* Found, or *@spare, which has no references yet and is then NULL. */
static struct mmscope_user *user_of(kuid_t uid, struct mmscope_user **spare)
{
	struct mmscope_user *user;

	lockdep_assert_held(&kept_lock);
	hash_for_each_possible(users, user, node, __kuid_val(uid))
		if (uid_eq(user->uid, uid))
			return user;
	user = *spare;
	*spare = NULL;
	user->uid = uid;
	hash_add(users, &user->node, __kuid_val(uid));
	return user;
}

static void drop_unless_used(struct mmscope_user *user)
{
	lockdep_assert_held(&kept_lock);
	if (user->nr)
		return;
	hash_del(&user->node);
	kfree(user);
}

/**
 * mmscope_kept_add - note a reference, on the caller's account
 * @target: with its mm set; stays where it is until mmscope_kept_del()
 *
 * Return: 0; -EMFILE when the user has as many as may be, -ENOMEM, -EINTR.
 */
int mmscope_kept_add(struct mmscope_target *target)
{
	bool unlimited = ns_capable_noaudit(&init_user_ns, CAP_SYS_RESOURCE);
	struct mmscope_user *user, *spare;
	int err = -EMFILE;

	/* Before the lock: the caller's cgroup may have to reclaim for it. */
	spare = kzalloc(sizeof(*spare), GFP_KERNEL_ACCOUNT);
	if (!spare)
		return -ENOMEM;
	if (mutex_lock_killable(&kept_lock)) {
		kfree(spare);
		return -EINTR;
	}
	user = user_of(answerable(), &spare);
	if (unlimited || user->nr < READ_ONCE(max_handles)) {
		user->nr++;
		target->user = user;
		hash_add(kept, &target->node, (unsigned long)target->mm);
		err = 0;
	}
	drop_unless_used(user);
	mutex_unlock(&kept_lock);
	kfree(spare);
	return err;
}

void mmscope_kept_del(struct mmscope_target *target)
{
	mutex_lock(&kept_lock);
	hash_del(&target->node);
	target->user->nr--;
	drop_unless_used(target->user);
	mutex_unlock(&kept_lock);
}

/**
 * mmscope_kept_count - how many references of this module an mm has
 * @mm: its address; not followed
 *
 * Return: the number.
 */
unsigned int mmscope_kept_count(const struct mm_struct *mm)
{
	const struct mmscope_target *target;
	unsigned int nr = 0;

	mutex_lock(&kept_lock);
	hash_for_each_possible(kept, target, node, (unsigned long)mm)
		nr += target->mm == mm;
	mutex_unlock(&kept_lock);
	return nr;
}
