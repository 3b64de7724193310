<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AllowedStep</name>
    <message>
        <source>With names the rights are checked for exactly these. Leave empty what you do not know.</source>
        <translation>填了名称，就会针对它们检查权限。不知道的可以留空。</translation>
    </message>
    <message>
        <source>What does the program use?</source>
        <translation>程序用到什么？</translation>
    </message>
    <message>
        <source>What may the check do?</source>
        <translation>检查可以做什么？</translation>
    </message>
    <message>
        <source>Queue it reads or declares</source>
        <translation>读取或声明的队列</translation>
    </message>
    <message>
        <source>Exchange it publishes to</source>
        <translation>发布到的交换机</translation>
    </message>
    <message>
        <source>Topic it publishes or subscribes to</source>
        <translation>发布或订阅的主题</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>客户端 id</translation>
    </message>
    <message>
        <source>Publish a test message and read it back</source>
        <translation>发布一条测试消息并读回来</translation>
    </message>
    <message>
        <source>Without this the check only looks. Test queues are named after the run and removed at once.</source>
        <translation>不勾选时只查看。测试队列以本次检查命名，用完立即删除。</translation>
    </message>
    <message>
        <source>Log in a second time if the first is refused</source>
        <translation>第一次登录被拒绝时，再登录一次</translation>
    </message>
    <message>
        <source>Tells a wrong password from an unknown user. At most {count} logins in all.</source>
        <translation>可以区分密码错误和用户不存在。总共最多登录 {count} 次。</translation>
    </message>
</context>
<context>
    <name>AnswerStep</name>
    <message>
        <source>How do we know?</source>
        <translation>依据是什么？</translation>
    </message>
    <message>
        <source>What does it mean?</source>
        <translation>这是什么意思？</translation>
    </message>
    <message>
        <source>What it is not</source>
        <translation>可以排除的</translation>
    </message>
    <message>
        <source>{who} has to act</source>
        <translation>需要处理的人：{who}</translation>
    </message>
    <message>
        <source>You can put this right yourself</source>
        <translation>你自己就能解决</translation>
    </message>
    <message>
        <source>What would decide it</source>
        <translation>怎样才能判定</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>复制答案</translation>
    </message>
    <message>
        <source>Save as a profile</source>
        <translation>保存为配置</translation>
    </message>
    <message>
        <source>Show all steps with times</source>
        <translation>查看所有步骤和用时</translation>
    </message>
</context>
<context>
    <name>CertificatesStep</name>
    <message>
        <source>TLS encrypts the connection and shows that the broker is the right one. Most brokers need no file here.</source>
        <translation>TLS 会加密连接，并证明对方就是要找的 Broker。多数 Broker 不需要在这里填文件。</translation>
    </message>
    <message>
        <source>The connection uses TLS</source>
        <translation>连接使用 TLS</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>CA certificates that the program trusts, if not the system&apos;s</source>
        <translation>程序信任的 CA 证书（不是系统自带的话）</translation>
    </message>
    <message>
        <source>Client certificate, if the broker asks for one</source>
        <translation>客户端证书（Broker 要求的话）</translation>
    </message>
    <message>
        <source>Private key of the client certificate</source>
        <translation>客户端证书的私钥</translation>
    </message>
    <message>
        <source>Name in the broker&apos;s certificate, if not the host</source>
        <translation>Broker 证书里的名称（与主机名不同的话）</translation>
    </message>
    <message>
        <source>The key is read on this computer and never leaves it.</source>
        <translation>私钥只在本机读取，不会离开本机。</translation>
    </message>
</context>
<context>
    <name>CheckRow</name>
    <message>
        <source>{seconds} s of {budget} s</source>
        <translation>{seconds} s，上限 {budget} s</translation>
    </message>
</context>
<context>
    <name>CredentialsStep</name>
    <message>
        <source>already known, kept in memory</source>
        <translation>已经知道，只保存在内存中</translation>
    </message>
    <message>
        <source>Leave both empty if the program connects without a user name.</source>
        <translation>如果程序连接时不用账号，两项都留空。</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Show the password while I type</source>
        <translation>输入时显示密码</translation>
    </message>
    <message>
        <source>The password is used for this check and forgotten when the window closes. A profile can keep it in the keyring.</source>
        <translation>密码只用于这次检查，关闭窗口后即忘记。保存为配置时可以存入密钥环。</translation>
    </message>
</context>
<context>
    <name>FoundTable</name>
    <message>
        <source>Edit</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>Edit: {field}</source>
        <translation>修改：{field}</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>not known yet</source>
        <translation>还不知道</translation>
    </message>
    <message>
        <source>AMQP 0-9-1, no TLS</source>
        <translation>AMQP 0-9-1，不加密</translation>
    </message>
    <message>
        <source>AMQP 0-9-1 over TLS</source>
        <translation>AMQP 0-9-1，TLS 加密</translation>
    </message>
    <message>
        <source>MQTT, no TLS</source>
        <translation>MQTT，不加密</translation>
    </message>
    <message>
        <source>MQTT over TLS</source>
        <translation>MQTT，TLS 加密</translation>
    </message>
    <message>
        <source>MQTT over WebSocket, no TLS</source>
        <translation>MQTT over WebSocket，不加密</translation>
    </message>
    <message>
        <source>MQTT over WebSocket and TLS</source>
        <translation>MQTT over WebSocket，TLS 加密</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Virtual host</source>
        <translation>虚拟主机</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>路径</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>found and hidden</source>
        <translation>已找到并隐藏</translation>
    </message>
    <message>
        <source>something was hidden; type the password here</source>
        <translation>文中有内容已隐藏；请在这里输入密码</translation>
    </message>
    <message>
        <source>CA certificates</source>
        <translation>CA 证书</translation>
    </message>
    <message>
        <source>Broker&apos;s log</source>
        <translation>Broker 日志</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>报错</translation>
    </message>
    <message>
        <source>Also in it</source>
        <translation>还有</translation>
    </message>
    <message>
        <source>Spring settings</source>
        <translation>Spring 配置</translation>
    </message>
    <message>
        <source>Celery settings</source>
        <translation>Celery 配置</translation>
    </message>
    <message>
        <source>docker-compose file</source>
        <translation>docker-compose 文件</translation>
    </message>
    <message>
        <source>environment settings</source>
        <translation>环境变量配置</translation>
    </message>
    <message>
        <source>Mosquitto settings</source>
        <translation>Mosquitto 配置</translation>
    </message>
    <message>
        <source>Recognised: {what}</source>
        <translation>识别为：{what}</translation>
    </message>
    <message>
        <source>Nothing about a broker was recognised in it yet</source>
        <translation>还没有认出与 Broker 有关的内容</translation>
    </message>
    <message>
        <source>Recognised: an address</source>
        <translation>识别为：地址</translation>
    </message>
</context>
<context>
    <name>GuideRun</name>
    <message>
        <source>Layer 1 of 4: is there a way to the broker?</source>
        <translation>第 1 层（共 4 层）：有没有路通到 Broker？</translation>
    </message>
    <message>
        <source>Layer 2 of 4: does the broker let us in?</source>
        <translation>第 2 层（共 4 层）：Broker 让不让进？</translation>
    </message>
    <message>
        <source>Layer 3 of 4: which broker is it?</source>
        <translation>第 3 层（共 4 层）：对面是哪种 Broker？</translation>
    </message>
    <message>
        <source>Layer 4 of 4: may this login do its work?</source>
        <translation>第 4 层（共 4 层）：这个账号能做事吗？</translation>
    </message>
    <message>
        <source>We look the name up, as in a phone book, and knock at every address that we are given. No password is sent.</source>
        <translation>先像查电话簿一样查主机名，再逐个敲开查到的地址。这一步不发送密码。</translation>
    </message>
    <message>
        <source>There is a way, so we agree on encryption and say who we are. Like a doorman, a broker often only says no. Then we ask a second time, in another way.</source>
        <translation>路是通的，于是商定加密方式，并报上身份。Broker 常常像门卫一样只说不行，这时会换一种方式再问一次。</translation>
    </message>
    <message>
        <source>Somebody opened. We look at who it is, whether it speaks the same language, and how it feels.</source>
        <translation>有人应门。看看对方是谁、说的是不是同一种协议、状态好不好。</translation>
    </message>
    <message>
        <source>We are in. Now we see what this login may do, and whether the line stays open when nobody speaks.</source>
        <translation>已经进门。接下来看这个账号能做什么，以及没有数据时连接会不会断。</translation>
    </message>
    <message>
        <source>The name is known, there is a way, and somebody opens the door.</source>
        <translation>主机名查得到，路是通的，也有人应门。</translation>
    </message>
    <message>
        <source>Encryption and login are as they should be.</source>
        <translation>加密和登录都没有问题。</translation>
    </message>
    <message>
        <source>The broker is the one that the program expects, and it is well.</source>
        <translation>对方正是程序要找的 Broker，状态良好。</translation>
    </message>
    <message>
        <source>This login may do its work, and the line stays open.</source>
        <translation>这个账号可以做事，连接也能保持。</translation>
    </message>
    <message>
        <source>The way ends here. Nothing above can work before this does.</source>
        <translation>路断在这里。这一层不通，上面的都不可能通。</translation>
    </message>
    <message>
        <source>There is a way to the broker, but it does not let us in.</source>
        <translation>能走到 Broker，但它不让进。</translation>
    </message>
    <message>
        <source>There is a way, but what answers is not what the program expects.</source>
        <translation>路是通的，但应答的不是程序要找的对象。</translation>
    </message>
    <message>
        <source>The broker lets us in, but the work is refused or cut off.</source>
        <translation>Broker 让进门，但操作被拒绝或连接被切断。</translation>
    </message>
    <message>
        <source>It works here, but there is something to look at.</source>
        <translation>这里能通，但有需要留意的地方。</translation>
    </message>
    <message>
        <source>This layer was not reached: a layer below it stops everything.</source>
        <translation>没有走到这一层：下面的某一层不通。</translation>
    </message>
    <message>
        <source>This cannot be told yet.</source>
        <translation>这里还不能确定。</translation>
    </message>
    <message>
        <source>We try this layer again. Every try needs a connection of its own, so the layers below are passed on the way.</source>
        <translation>正在重试这一层。每次尝试都要重新建立连接，所以会顺路经过下面各层。</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>加密</translation>
    </message>
    <message>
        <source>None, and none is needed: nothing leaves this computer.</source>
        <translation>没有加密，也不需要：数据不离开这台电脑。</translation>
    </message>
    <message>
        <source>This connection is not encrypted. It may work, but the password travels in clear text.</source>
        <translation>这个连接没有加密。它可能能用，但密码以明文传输。</translation>
    </message>
</context>
<context>
    <name>PasteStep</name>
    <message>
        <source>Open a text</source>
        <translation>打开文本</translation>
    </message>
    <message>
        <source>A broker&apos;s log or a certificate</source>
        <translation>Broker 日志或证书</translation>
    </message>
    <message>
        <source>{name} cannot be read</source>
        <translation>无法读取 {name}</translation>
    </message>
    <message>
        <source>still missing: host or protocol</source>
        <translation>还缺主机或协议</translation>
    </message>
    <message>
        <source>nothing missing</source>
        <translation>没有缺少的内容</translation>
    </message>
    <message>
        <source>Passwords are hidden and kept in memory, never on disk.</source>
        <translation>文中的密码已隐藏，只保存在内存中，不会写入磁盘。</translation>
    </message>
    <message>
        <source>&quot;guest&quot; is refused over the network by default</source>
        <translation>默认情况下，guest 不能通过网络登录</translation>
    </message>
    <message>
        <source>RabbitMQ answers with the same words as for a wrong password. The check will tell the two apart.</source>
        <translation>RabbitMQ 的回答与密码错误时一样。检查会把两者区分开。</translation>
    </message>
    <message>
        <source>The text itself speaks of this</source>
        <translation>文本本身提到了这个问题</translation>
    </message>
    <message>
        <source>A URL, an error, a stack trace, a compose file, an .env, Spring or Celery settings. Mixed is fine. It stays on this computer.</source>
        <translation>地址、报错、堆栈、compose 文件、.env、Spring 或 Celery 配置都可以，混在一起也行。内容只留在本机。</translation>
    </message>
    <message>
        <source>Anything about the connection</source>
        <translation>与连接有关的任何内容</translation>
    </message>
    <message>
        <source>Paste here, or type an address such as amqp://user@host</source>
        <translation>粘贴到这里，或输入地址，例如 amqp://user@host</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Found in it</source>
        <translation>从中找到的</translation>
    </message>
    <message>
        <source>No packet has been sent yet. The next steps ask only for what the text does not say.</source>
        <translation>还没有发送任何数据。后面只会问文中没有说到的内容。</translation>
    </message>
    <message>
        <source>Drop the broker&apos;s log or a certificate here as well</source>
        <translation>也可以把 Broker 日志或证书拖到这里</translation>
    </message>
    <message>
        <source>It is read in place, not copied</source>
        <translation>就地读取，不复制</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
</context>
<context>
    <name>PyramidView</name>
    <message>
        <source>The layers, bottom up</source>
        <translation>各层，自下而上</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>name, route, port</source>
        <translation>主机名、路由、端口</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>TLS and login</source>
        <translation>TLS 和登录</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>服务</translation>
    </message>
    <message>
        <source>which broker, which version</source>
        <translation>哪种 Broker，什么版本</translation>
    </message>
    <message>
        <source>Application</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>rights, heartbeat</source>
        <translation>权限、心跳</translation>
    </message>
</context>
<context>
    <name>RunStep</name>
    <message>
        <source>{seconds} s so far</source>
        <translation>已用 {seconds} s</translation>
    </message>
    <message>
        <source>took {time}</source>
        <translation>用时 {time}</translation>
    </message>
    <message>
        <source>Show one more check, which is fine</source>
        <translation>再显示 1 项检查，正常</translation>
    </message>
    <message>
        <source>Show {count} more checks, all fine</source>
        <translation>再显示 {count} 项检查，全部正常</translation>
    </message>
    <message>
        <source>What the next answer will mean</source>
        <translation>下一个回答意味着什么</translation>
    </message>
    <message>
        <source>What would decide it</source>
        <translation>怎样才能判定</translation>
    </message>
    <message>
        <source>one other cause is possible</source>
        <translation>还有 1 个其他可能的原因</translation>
    </message>
    <message>
        <source>{count} other causes are possible</source>
        <translation>还有 {count} 个其他可能的原因</translation>
    </message>
    <message>
        <source>one cause is still possible</source>
        <translation>还有 1 个可能的原因</translation>
    </message>
    <message>
        <source>{count} causes are still possible</source>
        <translation>还有 {count} 个可能的原因</translation>
    </message>
    <message>
        <source>We go from the bottom up. A layer can only work when all layers below it do.</source>
        <translation>自下而上检查。下面各层都通，上面的层才可能通。</translation>
    </message>
    <message>
        <source>Show all steps with times</source>
        <translation>查看所有步骤和用时</translation>
    </message>
</context>
<context>
    <name>ToDo</name>
    <message>
        <source>Do this, then press Retry</source>
        <translation>请这样做，然后按“重试”</translation>
    </message>
    <message>
        <source>Ask for this, then press Retry</source>
        <translation>请对方这样做，然后按“重试”</translation>
    </message>
    <message>
        <source>Change the address</source>
        <translation>修改地址</translation>
    </message>
    <message>
        <source>Change user name or password</source>
        <translation>修改用户名或密码</translation>
    </message>
    <message>
        <source>Change the certificates</source>
        <translation>修改证书</translation>
    </message>
    <message>
        <source>Change queue, topic or client id</source>
        <translation>修改队列、主题或客户端 id</translation>
    </message>
</context>
<context>
    <name>WhereStep</name>
    <message>
        <source>Inside a container {host} is the container itself</source>
        <translation>在容器里，{host} 指的是容器自己</translation>
    </message>
    <message>
        <source>Unless the broker runs in the same container, the program needs the broker&apos;s service name there.</source>
        <translation>除非 Broker 也在同一个容器里，否则程序应使用 Broker 的服务名。</translation>
    </message>
    <message>
        <source>On the other computer {host} is that computer itself</source>
        <translation>在另一台电脑上，{host} 指的是那台电脑自己</translation>
    </message>
    <message>
        <source>Give the name or address under which the broker is reached from there.</source>
        <translation>请填写从那里访问 Broker 时使用的名称或地址。</translation>
    </message>
    <message>
        <source>The check runs on this computer. Names, routes and firewalls may look different from elsewhere.</source>
        <translation>检查在本机进行。换一台电脑，域名解析、路由和防火墙可能不同。</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <source>Then everything that is found here holds for it as well.</source>
        <translation>这里查到的结果对它同样成立。</translation>
    </message>
    <message>
        <source>In a container or virtual machine</source>
        <translation>在容器或虚拟机里</translation>
    </message>
    <message>
        <source>Docker, Kubernetes, WSL: names, routes and certificates inside are its own.</source>
        <translation>Docker、Kubernetes、WSL：里面的域名解析、路由和证书自成一套。</translation>
    </message>
    <message>
        <source>On another computer</source>
        <translation>在另一台电脑上</translation>
    </message>
    <message>
        <source>A server, a device, a colleague&apos;s laptop. Login and certificate are still told from here.</source>
        <translation>服务器、设备、同事的笔记本。登录和证书问题在这里也能查出来。</translation>
    </message>
    <message>
        <source>The same check, to be run there as well:</source>
        <translation>同样的检查，可以在那里再跑一次：</translation>
    </message>
</context>
<context>
    <name>WizardPage</name>
    <message>
        <source>This check could not be kept</source>
        <translation>这次检查没有保存成功</translation>
    </message>
    <message>
        <source>A broker&apos;s log</source>
        <translation>Broker 日志</translation>
    </message>
    <message>
        <source>What cannot connect?</source>
        <translation>什么连不上？</translation>
    </message>
    <message>
        <source>Where does it run?</source>
        <translation>程序在哪里运行？</translation>
    </message>
    <message>
        <source>Credentials</source>
        <translation>账号密码</translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>What may be tried?</source>
        <translation>可以做哪些尝试？</translation>
    </message>
    <message>
        <source>Check, layer by layer</source>
        <translation>逐层检查</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>答案</translation>
    </message>
    <message>
        <source>Paste anything about the connection</source>
        <translation>粘贴与连接有关的任何内容</translation>
    </message>
    <message>
        <source>Where does the program run that cannot connect?</source>
        <translation>连不上的程序在哪里运行？</translation>
    </message>
    <message>
        <source>Which user does it connect as?</source>
        <translation>它用什么身份连接？</translation>
    </message>
    <message>
        <source>Is the connection encrypted?</source>
        <translation>连接加密吗？</translation>
    </message>
    <message>
        <source>What does it use, and what may be tried?</source>
        <translation>它用到什么？可以做哪些尝试？</translation>
    </message>
    <message>
        <source>Next: where does it run?</source>
        <translation>下一步：在哪里运行</translation>
    </message>
    <message>
        <source>Next: credentials</source>
        <translation>下一步：账号密码</translation>
    </message>
    <message>
        <source>Next: certificates</source>
        <translation>下一步：证书</translation>
    </message>
    <message>
        <source>Next: what may be tried?</source>
        <translation>下一步：可以做哪些尝试</translation>
    </message>
    <message>
        <source>Start the check</source>
        <translation>开始检查</translation>
    </message>
    <message>
        <source>Next: the answer</source>
        <translation>下一步：答案</translation>
    </message>
    <message>
        <source>Step {step} of {count}</source>
        <translation>第 {step} 步，共 {count} 步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Guide me</source>
        <translation>带我一步步查</translation>
    </message>
    <message>
        <source>You can leave at any time. Nothing is kept but the check.</source>
        <translation>随时可以离开。除检查结果外不保存任何内容。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Skip to the check</source>
        <translation>直接检查</translation>
    </message>
    <message>
        <source>Guide · checks in flight: {count}</source>
        <translation>引导 · 进行中的检查：{count}</translation>
    </message>
    <message>
        <source>Attach a log…</source>
        <translation>添加日志…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
</context>
</TS>
