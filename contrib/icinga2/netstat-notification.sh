#!/bin/sh
# Mails a notification of a check_netstat service, each thing once: the subject
# has host, item and state, the output has state, reason and comment. All text
# comes in the environment and is only ever printed, so that nothing in it is run.
# MAILER takes the place of mail(1).
set -eu

tested=$(date -d "@${NETSTAT_TESTED%.*}" '+%Y-%m-%d %H:%M:%S %z')
subject="$NETSTAT_TYPE: $NETSTAT_HOST $NETSTAT_ITEM is $NETSTAT_STATE"

# Of one item the first line says it all; the item's own line would repeat it.
output=$NETSTAT_OUTPUT
[ -z "${NETSTAT_KEY:-}" ] || output=$(printf '%s\n' "$output" | grep -vF "[$NETSTAT_STATE] $NETSTAT_KEY: ") || true

{
  printf '%s\n\n' "$output"
  printf 'Host:     %s\n' "$NETSTAT_HOST"
  [ -z "${NETSTAT_KEY:-}" ] || printf 'Key:      %s\n' "$NETSTAT_KEY"
  printf 'Tested:   %s\n' "$tested"
  case $output in
  *"${NETSTAT_COMMENT:-}"*) ;; # it has it, or there is none
  *) printf 'Comment:  %s\n' "$NETSTAT_COMMENT" ;;
  esac
  [ -z "${NETSTAT_NOTE:-}" ] || printf 'Note:     %s\n' "$NETSTAT_NOTE"
} | "${MAILER:-mail}" -s "$subject" "$NETSTAT_TO"
