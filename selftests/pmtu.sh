#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Path MTU discovery through the gateway, wherever the narrow link is.
#
#   host -1- r1 -2- gw [vrf blue] -3- r2 -4- srv, nginx
#
# see bed_routers in lib.sh.  One of the four links has an MTU of 1280.  Beyond
# link 2 and link 3 it is another router that says so, and the gateway
# translates what it says.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# web PORT: an nginx of that port
web()
{
	cat > "$tmp/$1.conf" <<-END
		daemon off;
		worker_processes 1;
		pid $tmp/$1.nginx;
		error_log $tmp/error.log;
		events { worker_connections 64; }
		http {
			access_log off;
			client_body_temp_path $tmp/body;
			proxy_temp_path $tmp/body;
			fastcgi_temp_path $tmp/body;
			uwsgi_temp_path $tmp/body;
			scgi_temp_path $tmp/body;
			client_max_body_size 20m;
			server {
				listen 47.1.0.10:$1;
				root $tmp/www;
				location /up { dav_methods PUT; }
			}
		}
	END
	start "nginx-$1" nsenter --net="/run/netns/${NS[srv]}" \
		nginx -e "$tmp/error.log" -c "$tmp/$1.conf"
	wait_for test -s "$tmp/$1.nginx"
}

setup()
{
	bed_routers
	mkdir "$tmp/www" "$tmp/body"
	chmod 755 "$tmp"
	chmod 777 "$tmp/www" "$tmp/body"
	head -c 10000000 /dev/urandom > "$tmp/www/10MB"
	head -c 1000000 /dev/urandom > "$tmp/www/1MB"
	# decides what the sockets do that are made then
	in_ns srv bash -c 'echo 1 > /proc/sys/net/ipv4/ip_no_pmtu_disc'
	web 81
	in_ns srv bash -c 'echo 0 > /proc/sys/net/ipv4/ip_no_pmtu_disc'
	web 80
}

setup_or_die
run_python pmtu
